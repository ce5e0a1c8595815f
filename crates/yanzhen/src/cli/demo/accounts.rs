//! The demo's accounts, with passwords drawn anew each time.

use super::super::{Done, Stop, server::failed};
use super::people::Cadre;
use crate::divisions::Geography;
use platform::access::{Caller, Part, Role};
use platform::account::{Grant, NewAccount};
use platform::county::Installation;
use platform::db::Event;
use std::fmt::Write as _;

/// The accounts of a demo, and the file that tells of them.
pub struct Accounts<'a> {
    pub at: &'a Installation,
    pub text: String,
    pub taken: usize,
}

impl Accounts<'_> {
    pub fn head(&mut self) {
        let _ = writeln!(
            self.text,
            "雁阵演示账号（地名、人员、数据均为虚构；密码每次建演示时随机生成）\n\n账号\t密码\t身份\t可以试试"
        );
    }

    async fn make(&mut self, login: &str, grants: Vec<Grant>, try_this: &str) -> Result<(i64, String), Stop> {
        // Names of invented people carry 例.
        let name = synth::person_name(self.taken * 7 + 3, self.taken * 5 + 1);
        self.make_named(login, name, grants, try_this).await
    }

    async fn make_named(
        &mut self,
        login: &str,
        name: String,
        grants: Vec<Grant>,
        try_this: &str,
    ) -> Result<(i64, String), Stop> {
        self.taken += 1;
        let roles: Vec<String> = grants.iter().map(|g| format!("{}（{}）", g.role.title(), g.unit)).collect();
        let new = NewAccount {
            login: login.to_owned(),
            name: name.clone(),
            phone: format!("1990000{:04}", self.taken),
            password: None,
            must_change: false,
            grants,
        };
        let event = Event { action: "demo.account".into(), ..Event::default() };
        let made = self.at.accounts().create(event, new).await.map_err(failed)?;
        let (id, password) = made.ok_or_else(|| failed(login))?;
        let _ = writeln!(self.text, "{login}\t{password}\t{name}·{}\t{try_this}", roles.join("、"));
        Ok((id, name))
    }

    pub async fn administrators(&mut self) -> Done {
        let grant = |role, unit: &str| {
            vec![Grant { role, county: String::new(), part: Part::County, unit: unit.to_owned() }]
        };
        self.make("xitong", grant(Role::SystemAdmin, "信息中心"), "看系统状态、任务").await?;
        self.make("anquan", grant(Role::SecurityAdmin, "信息中心"), "管账号、解锁、看完整手机号").await?;
        self.make("shenji", grant(Role::AuditAdmin, "信息中心"), "查审计、核验链").await.map(drop)
    }

    /// A county's accounts; gives its office as a caller.
    pub async fn county(&mut self, place: &Geography, first: bool) -> Result<Caller, Stop> {
        let code = &place.code;
        let grant = |role, part: Part, unit: String| Grant { role, county: code.clone(), part, unit };
        let office = grant(Role::CountyOffice, Part::County, format!("{}委组织部", place.name));
        let login = if first { "zuzhi".to_owned() } else { format!("zuzhi{}", &code[4..]) };
        let (id, name) = self.make(&login, vec![office.clone()], "看全县雁阵、确认颜色、填报事实").await?;
        let town = |i: usize| place.townships.get(i).cloned().unwrap_or_default();
        let (a, b) = (town(0), town(1));
        let township = |t: &(String, String)| {
            grant(Role::TownshipOffice, Part::Township(t.0.clone()), format!("{}党委", t.1))
        };
        let suffix = if first { String::new() } else { code[4..].to_owned() };
        self.make(&format!("zhen{suffix}"), vec![township(&a)], "只看得到本乡镇的村").await?;
        if first {
            self.make("zhen2", vec![township(&b)], "另一个乡镇：互相看不到").await?;
            let rater = grant(Role::RaterUnit, Part::County, "区农业农村局".to_owned());
            self.make("pingfen", vec![rater], "填本单位的评分表").await?;
            let discipline = || grant(Role::RaterUnit, Part::County, "区纪委监委".to_owned());
            self.make("jijian", vec![discipline()], "评分单位：C2 要第二个人复核").await?;
            self.make("jijian2", vec![discipline()], "同一单位的复核人").await?;
            let seat = grant(Role::ReviewSeat, Part::County, "信访局".to_owned());
            self.make("lianshen", vec![seat], "联审席位的待办").await?;
            let applicant = grant(Role::Applicant, Part::County, String::new());
            self.make("baoming", vec![applicant], "报名人自己的页面").await?;
            self.make("shuangzhong", vec![office.clone(), township(&b)], "两个身份，右上角切换").await?;
            let seat = |unit: &str| vec![grant(Role::ReviewSeat, Part::County, unit.to_owned())];
            self.make("lianshen2", seat("信访局"), "联审席位的负责人：签发").await?;
            self.make("gongan", seat("区公安局"), "另一个联审席位的经办人").await?;
            self.make("gongan2", seat("区公安局"), "另一个联审席位的负责人").await?;
        }
        Ok(Caller {
            account: id,
            login,
            name,
            role: Role::CountyOffice,
            role_id: 0,
            county: code.clone(),
            part: Part::County,
            unit: office.unit,
            address: String::new(),
            csrf: String::new(),
            session: String::new(),
            lang: kernel::Lang::Zh,
            large: false,
            only: None,
        })
    }

    /// The account of a village's secretary, who has a file.
    pub async fn cadre(&mut self, county: &str, of: &Cadre) -> Result<(i64, &'static str), Stop> {
        let grant = Grant {
            role: Role::VillageCadre,
            county: county.to_owned(),
            part: Part::Village(of.village.clone()),
            unit: "村党组织".to_owned(),
        };
        let hint = "村党组织书记本人：看自己的档案、谁看过，提出更正";
        let (id, _) = self.make_named("cunganbu", of.name.clone(), vec![grant], hint).await?;
        Ok((id, "cunganbu"))
    }

    /// What is worth a look in a county.
    pub fn worth_a_look(&mut self, county: &str, found: &[(&'static str, String)]) {
        let _ = writeln!(
            self.text,
            "\n{county}的人员都是合成的（名字第二个字是“例”，证件号以 99 开头）。可以看看这些村："
        );
        for (what, village) in found {
            let _ = writeln!(self.text, "{what}：{village}");
        }
    }
}
