//! Names of persons: a surname, 例, and a character.

use crate::dice::Dice;
use std::collections::BTreeSet;

/// Common ones first: they are drawn more often.
const SURNAMES: &str = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏\
钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文施洪葛柏鲁韦花俞柳鲍费岑齐";
/// The surnames that are commoner among some peoples.
const YI: &str = "龙安陆禄杨李陈罗吉王";
const MIAO: &str = "杨吴龙石张李王陶熊项";
const HUI: &str = "马白哈丁沙海穆杨金王";

const BOTH: &str = "安宁宜嘉庆和春晨明晓远航帆宇辰禾谷稻麦粟秋泽涵润清源川河溪湖江海云雨雪岚曦旭昕阳星月文书墨言信诚善立行知新";
const MEN: &str = "甲乙丙丁戊庚壬子寅辰午申戌山峰岩石磊松柏杨槐桐枫强刚毅勇武斌军兵建国栋梁柱根生田野牧林森耕勤力志伟杰豪雄鹏飞龙虎骏驰";
const WOMEN: &str = "己辛癸丑卯巳未酉亥梅兰竹菊荷莲蓉芳芬芝蕙茜萍苹英花叶枝桂杏桃李棠玉珍珠琴瑶琳璐红彩霞虹燕莺凤鸾秀丽雅娟婷静慧巧惠敏";

/// Hands names out in a village: two clans are commoner than others, nobody has another's name.
pub(super) struct Names {
    taken: BTreeSet<String>,
    clans: [char; 2],
}

impl Names {
    pub fn new(dice: &mut Dice) -> Names {
        Names { taken: BTreeSet::new(), clans: [surname(dice), surname(dice)] }
    }

    /// A new name.
    pub fn next(&mut self, female: bool, ethnic: &str, dice: &mut Dice) -> String {
        let surname = match ethnic {
            "03" => one(HUI, dice),
            "06" => one(MIAO, dice),
            "07" => one(YI, dice),
            _ if dice.chance(0.25) => self.clans[0],
            _ if dice.chance(0.15) => self.clans[1],
            _ => surname(dice),
        };
        self.of(surname, female, dice)
    }

    /// A new name with a surname.
    pub fn of(&mut self, surname: char, female: bool, dice: &mut Dice) -> String {
        for _ in 0..200 {
            let own = if female { WOMEN } else { MEN };
            let given = one(if dice.chance(0.4) { BOTH } else { own }, dice);
            let name = String::from_iter([surname, '例', given]);
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
        // So many of one surname do not live in a village.
        String::from_iter([surname, '例', one(BOTH, dice), one(BOTH, dice)])
    }
}

/// Somebody of an office, whose file is not here.
pub(super) fn clerk(n: usize) -> String {
    const CLERKS: [&str; 6] = ["何例乙", "许例丑", "丁例辰", "王例卯", "沈例己", "韦例午"];
    CLERKS[n % CLERKS.len()].to_owned()
}

fn surname(dice: &mut Dice) -> char {
    // The product of two draws leans to the first.
    let n = SURNAMES.chars().count();
    let (a, b) = (dice.below(n), dice.below(n));
    SURNAMES.chars().nth(a.min(b)).unwrap_or('例')
}

fn one(words: &str, dice: &mut Dice) -> char {
    words.chars().nth(dice.below(words.chars().count())).unwrap_or('例')
}
