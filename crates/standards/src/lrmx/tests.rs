use super::*;
use crate::PartialDate;
use kernel::Lang;

/// A form as editors write it, out of order, with blank elements over two lines and elements of another program.
const FORM: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\r
<Person xmlns:x=\"urn:x\">\r
  <XingBie>女</XingBie>\r
  <XingMing> 例某某 </XingMing>\r
  <ChuShengNianYue>1985.06</ChuShengNianYue>\r
  <MinZu>汉族</MinZu>\r
  <JiGuan>合成省例县</JiGuan>\r
  <ChuShengDi>\r
  </ChuShengDi>\r
  <ZhengZhiMianMao>中共党员</ZhengZhiMianMao>\r
  <x:BenDi a=\"1\"><x:Nei>甲&amp;乙</x:Nei><x:Kong/></x:BenDi>\r
  <RuDangShiJian>200707；民盟</RuDangShiJian>\r
  <CanJiaGongZuoShiJian>200708</CanJiaGongZuoShiJian>\r
  <JianKangZhuangKuang>健康</JianKangZhuangKuang>\r
  <QuanRiZhiJiaoYu_XueLi>大学</QuanRiZhiJiaoYu_XueLi>\r
  <QuanRiZhiJiaoYu_XueWei>(无)</QuanRiZhiJiaoYu_XueWei>\r
  <XianRenZhiWu>例乡例村党组织书记 &lt;兼&gt; 主任 &#x4F8B;</XianRenZhiWu>\r
  <JianLi>2003.09--2007.07  合成农业大学农学专业学习\r
2007.08--2015.03  例乡例村务农\r
                  （其间：2010.01--2010.06 在外务工）\r
2015.04--         例乡例村党组织书记、村委会主任</JianLi>\r
  <JiangChengQingKuang><![CDATA[2019年获“好书记”<一等>]]></JiangChengQingKuang>\r
  <JiaTingChengYuan>\r
    <Item>\r
      <ChengWei>丈夫</ChengWei>\r
      <XingMing>例甲</XingMing>\r
      <BenDiBiaoJi>1</BenDiBiaoJi>\r
      <ChuShengRiQi>198403</ChuShengRiQi>\r
      <ZhengZhiMianMao>群众</ZhengZhiMianMao>\r
      <GongZuoDanWeiJiZhiWu>务农</GongZuoDanWeiJiZhiWu>\r
    </Item>\r
    <Item>\r
      <ChengWei></ChengWei><XingMing/><ChuShengRiQi /><ZhengZhiMianMao></ZhengZhiMianMao>\r
    </Item>\r
    <TongJi>1</TongJi>\r
  </JiaTingChengYuan>\r
  <JiSuanNianLingShiJian>20250601</JiSuanNianLingShiJian>\r
  <TianBiaoShiJian>20250601</TianBiaoShiJian>\r
  <ShenFenZheng>99000019850603002X</ShenFenZheng>\r
  <ZhaoPian>/9j/4AAQ\r
SkZJRg==</ZhaoPian>\r
  <Version>3.2.1.16</Version>\r
</Person>\r
";

fn date(text: &str) -> PartialDate {
    text.parse().unwrap()
}

fn fault(xml: &str) -> LrmxFault {
    Lrmx::read(xml.as_bytes()).unwrap_err()
}

fn reason(xml: &str) -> String {
    fault(xml).reason.text(Lang::Zh)
}

#[test]
fn a_form_is_read_free_of_order() {
    let form = Lrmx::read(FORM.as_bytes()).unwrap();
    assert_eq!((form.name.as_str(), form.sex.as_str(), form.birthplace.as_str()), ("例某某", "女", ""));
    assert_eq!(form.birth, DateField::Date(date("1985-06")));
    assert_eq!(form.party, PartyText::Both(date("2007-07"), "民盟".into()));
    assert_eq!((form.full_time.degree.as_str(), said(&form.full_time.degree)), ("(无)", None));
    assert_eq!(form.post, "例乡例村党组织书记 <兼> 主任 例");
    assert_eq!(form.rewards, "2019年获“好书记”<一等>");
    assert_eq!(form.age_date, DateField::Date(date("2025-06-01")));
    assert_eq!(form.photo.as_ref().unwrap().kind(), Some(PhotoKind::Jpeg));
    assert_eq!((form.age_limit, form.former_age_limit), (None, None));
    assert_eq!(form.family.len(), 1, "items without a word are dropped");
    assert_eq!(form.family[0].unknown[0].after(), "XingMing");
    let kept: Vec<_> = form.unknown.iter().map(|u| (u.after(), u.name())).collect();
    assert_eq!(
        kept,
        [("ChuShengDi", "ZhengZhiMianMao"), ("ChuShengDi", "x:BenDi"), ("JiaTingChengYuan/", "TongJi")]
    );
    assert_eq!(
        form.cv[1],
        CvLine::Spell {
            from: date("2007-08"),
            to: Some(date("2015-03")),
            text: "例乡例村务农\n（其间：2010.01--2010.06 在外务工）".into()
        }
    );
    assert_eq!(
        form.cv[2],
        CvLine::Spell {
            from: date("2015-04"), to: None, text: "例乡例村党组织书记、村委会主任".into()
        }
    );
}

#[test]
fn a_form_goes_round_and_keeps_what_it_does_not_know() {
    let form = Lrmx::read(FORM.as_bytes()).unwrap();
    let written = form.write();
    let again = Lrmx::read(&written).unwrap();
    assert!(again == form);
    assert_eq!(again.write(), written);
    let text = String::from_utf8(written).unwrap();
    assert!(text.starts_with(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Person xmlns:x=\"urn:x\">\r\n  <XingMing>"
    ));
    assert!(text.contains(
        "  <ChuShengDi></ChuShengDi>\r\n  <ZhengZhiMianMao>中共党员</ZhengZhiMianMao>\r\n  \
         <x:BenDi a=\"1\"><x:Nei>甲&amp;乙</x:Nei><x:Kong/></x:BenDi>\r\n  <RuDangShiJian>200707；民盟</RuDangShiJian>"
    ));
    assert!(text.contains("</XingMing>\r\n      <BenDiBiaoJi>1</BenDiBiaoJi>\r\n"));
    assert!(text.contains("    <TongJi>1</TongJi>\r\n  </JiaTingChengYuan>"));
    assert!(text.contains("<ZhaoPian>/9j/4AAQSkZJRg==</ZhaoPian>"));
    assert!(
        text.contains("\r\n                  （其间：2010.01--2010.06 在外务工）\r\n2015.04--         例乡")
    );
    assert!(!text.contains("DaoLingNianYue"), "written only when it was there");
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
}

#[test]
fn forms_in_other_encodings_are_read() {
    let plain = "<Person><XingMing>例某</XingMing></Person>";
    let name = |bytes: &[u8]| Lrmx::read(bytes).map(|form| form.name).map_err(|f| f.reason.text(Lang::Zh));
    assert_eq!(name(plain.as_bytes()).as_deref(), Ok("例某"));
    let gbk =
        |declaration: &str| encoding_rs::GB18030.encode(&format!("{declaration}{plain}")).0.into_owned();
    assert_eq!(name(&gbk("<?xml version=\"1.0\" encoding=\"GB18030\"?>")).as_deref(), Ok("例某"));
    assert_eq!(name(&gbk("<?xml version='1.0' encoding='gb2312'?>")).as_deref(), Ok("例某"));
    assert_eq!(name(&gbk("")).as_deref(), Ok("例某"));
    assert_eq!(
        name(&gbk("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")).unwrap_err(),
        "文件不是完好的 UTF-8 文字"
    );
    assert_eq!(Lrmx::read(&gbk("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n")).unwrap_err().line, 2);
    assert!(name(b"<?xml version=\"1.0\" encoding=\"big5\"?><Person/>").unwrap_err().contains("big5"));
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(plain.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(name(&utf16).as_deref(), Ok("例某"));
    assert!(name(&utf16[2..]).is_err() && name(&utf16[..utf16.len() - 1]).is_err());
}

#[test]
fn hostile_files_are_refused_at_once() {
    let bomb = "<!DOCTYPE Person [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><Person><XingMing>&b;</XingMing></Person>";
    assert_eq!(reason(bomb), "文件里有 DTD 声明，为安全起见不读");
    assert!(reason("<Person><XingMing>&b;</XingMing></Person>").contains("&b;"));
    assert!(reason("<Person><XingMing>例&#0;</XingMing></Person>").contains("&#0;"));
    let many = format!("<Person>{}</Person>", "<a/>".repeat(1_000_000));
    assert_eq!(reason(&many), "元素超过 20000 个");
    let deep = format!("<Person>{}{}</Person>", "<a>".repeat(10_000), "</a>".repeat(10_000));
    assert_eq!(reason(&deep), "元素套得太深，超过 16 层");
    let wide = format!("<Person><a {}/></Person>", (0..200).map(|i| format!("b{i}='' ")).collect::<String>());
    assert_eq!(reason(&wide), "标签里的属性写错了");
    let long = format!("<Person><a {}/></Person>", "b".repeat(1 << 20));
    assert_eq!(reason(&long), "标签没有配对或写错了");
    assert_eq!(
        Lrmx::read(&vec![b' '; MAX_BYTES + 1]).unwrap_err().reason.text(Lang::Zh),
        "文件超过 20 兆字节"
    );
    let photo = "A".repeat(MAX_PHOTO / 3 * 4 + 8);
    assert_eq!(
        reason(&format!("<Person><XingMing>例某</XingMing><ZhaoPian>{photo}</ZhaoPian></Person>")),
        "照片超过 5 兆字节"
    );
}

#[test]
fn a_fault_names_element_and_line_and_mend() {
    for (xml, element, line, want) in [
        ("", "", 0, "文件是空的"),
        ("  \r\n", "", 0, "文件是空的"),
        ("例某", "", 1, "不是 XML 文件"),
        ("<Person>\n<XingMing>例某</XingMing>", "Person", 2, "文件不完整"),
        ("<Person>\n<XingMing>例某", "XingMing", 2, "文件不完整"),
        ("<Person>\n<XingMing>例某</XingMi", "XingMing", 2, "文件不完整"),
        ("<Person>\n\n<XingMing>例某</XingBie></Person>", "XingMing", 3, "标签没有配对或写错了"),
        ("<Persons/>", "", 1, "最外层应是 Person，这里是 Persons"),
        ("<Person/>", "XingMing", 0, "没有姓名"),
        ("<Person><XingMing>(无)</XingMing></Person>", "XingMing", 0, "没有姓名"),
        ("<Person><MinZu/>\n<MinZu/></Person>", "MinZu", 2, "出现了两次"),
        ("<Person><MinZu>\n<b>汉</b></MinZu></Person>", "MinZu", 2, "里面应只有文字，却有别的元素"),
        ("<Person>汉</Person>", "Person", 1, "元素之间有多余的文字"),
        ("<Person><a b='1' b='2'/></Person>", "a", 1, "标签里的属性写错了"),
        ("<Person><a b=1/></Person>", "a", 1, "标签里的属性写错了"),
        ("<Person><1/></Person>", "", 1, "标签没有配对或写错了"),
        (
            "<Person><JiaTingChengYuan><Item><ChengWei/><ChengWei/></Item></JiaTingChengYuan></Person>",
            "JiaTingChengYuan/Item/ChengWei",
            1,
            "出现了两次",
        ),
        ("<Person><XingMing>例</XingMing></Person><Person/>", "", 1, "一个文件里只能有一个人"),
        (
            "<Person><XingMing>例</XingMing><ZhaoPian>@@@@</ZhaoPian></Person>",
            "ZhaoPian",
            1,
            "照片的编码不完整",
        ),
    ] {
        let fault = fault(xml);
        let got = (fault.element.as_str(), fault.line, fault.reason.text(Lang::Zh));
        assert_eq!(got, (element, line, want.to_owned()), "{xml}");
    }
    let shown = fault("<Person>\n<MinZu/><MinZu/></Person>").in_file("例.lrmx").line(Lang::Zh);
    assert_eq!(shown, "例.lrmx\t2\tMinZu\t\t出现了两次；只留一个");
}

#[test]
fn every_cut_of_a_file_is_a_fault_and_no_panic() {
    let bytes = Lrmx::read(FORM.as_bytes()).unwrap().write();
    let end = bytes.len() - "\r\n".len();
    for cut in 0..end {
        assert!(Lrmx::read(&bytes[..cut]).is_err(), "{cut}");
    }
    assert!(Lrmx::read(&bytes[..end]).is_ok());
}

#[test]
fn a_cv_is_read_as_offices_write_it() {
    let line = |text: &str| match parse_cv(text).as_slice() {
        [CvLine::Spell { from, to, text }] => {
            format!("{}|{}|{text}", from.storage(), to.map(PartialDate::storage).unwrap_or_default())
        }
        [CvLine::Text(text)] => format!("text {text}"),
        other => format!("{other:?}"),
    };
    for (text, want) in [
        ("2003.09--2007.07  学习", "2003-09|2007-07|学习"),
        ("2003.9-2007.7 学习", "2003-09|2007-07|学习"),
        ("2003年9月—2007年7月，学习", "2003-09|2007-07|学习"),
        (" 2003.09——2007.07 学习", "2003-09|2007-07|学习"),
        ("2015.04--         书记", "2015-04||书记"),
        ("2015.04--         2020年度先进", "2015-04||2020年度先进"),
        ("2015.04-至今 书记", "2015-04||书记"),
        ("2015.04至今 书记", "2015-04||书记"),
        ("1985--1990 务农", "1985|1990|务农"),
        ("1985.09--1990.07", "1985-09|1990-07|"),
        ("2003.09.01--2007.07.01  学习", "text 2003.09.01--2007.07.01  学习"),
        ("2007.07--2003.09  学习", "text 2007.07--2003.09  学习"),
        ("2003.13--2007.07  学习", "text 2003.13--2007.07  学习"),
        ("2003.00--2007.07  学习", "text 2003.00--2007.07  学习"),
        ("2003.09 毕业", "text 2003.09 毕业"),
        ("自幼务农", "text 自幼务农"),
    ] {
        assert_eq!(line(text), want, "{text}");
    }
    assert_eq!(parse_cv(" \r\n\r\n"), []);
    let two = parse_cv("2003.09--2007.07  甲\r\n 2007.08--  乙\r\n                  2008.01--2009.01 兼丙");
    assert_eq!(two.len(), 2, "a stray blank is no continuation, a full indent is");
    assert_eq!(two[1].flowing(), "乙2008.01--2009.01 兼丙");
    assert_eq!(
        format_cv(&two),
        "2003.09--2007.07  甲\r\n2007.08--         乙\r\n                  2008.01--2009.01 兼丙"
    );
}

#[test]
fn party_texts_have_four_forms() {
    for (text, want) in [
        ("", PartyText::Empty),
        ("(无)", PartyText::Nil),
        ("（无）", PartyText::Nil),
        ("200707", PartyText::Joined(date("2007-07"))),
        ("2007.07", PartyText::Joined(date("2007-07"))),
        ("2007.7", PartyText::Joined(date("2007-07"))),
        ("民盟", PartyText::Named("民盟".into())),
        ("200707;民盟", PartyText::Both(date("2007-07"), "民盟".into())),
        ("2007.1", PartyText::Named("2007.1".into())),
    ] {
        assert_eq!(PartyText::parse(text), want, "{text}");
    }
    for text in ["198500", "19850600", "1985.00", "85.06", "1985.6.", "1985..6", "٠٠٠٠"] {
        assert_eq!(DateField::parse(text), DateField::Text(text.into()));
    }
    assert_eq!(DateField::parse("1985.6.3").text(), "19850603");
}

#[test]
fn elements_of_ones_own_are_checked() {
    let own = Unknown::new("XingMing", " <BenDi a='&lt;'>甲</BenDi> ").unwrap();
    assert_eq!((own.name(), own.xml()), ("BenDi", "<BenDi a='&lt;'>甲</BenDi>"));
    let form = Lrmx { unknown: vec![own.clone()], ..Lrmx::of("例某") };
    assert_eq!(Lrmx::read(&form.write()).unwrap().unknown, [own]);
    for (after, xml) in [
        ("XingMing", "<a/><b/>"),
        ("XingMing", "<a>"),
        ("XingMing", "</Person>"),
        ("XingMing", "甲"),
        ("XingMing", "<MinZu/>"),
        ("XingMing", "<a>&x;</a>"),
        ("XingMing", "<!DOCTYPE a><a/>"),
        ("Nothing", "<a/>"),
    ] {
        assert!(Unknown::new(after, xml).is_err(), "{xml}");
    }
}

#[test]
fn debug_shows_nothing_of_a_person() {
    let form = Lrmx::read(FORM.as_bytes()).unwrap();
    let shown = format!("{form:?} {:?}", form.family);
    assert!(!shown.contains("例") && !shown.contains("9900"), "{shown}");
}
