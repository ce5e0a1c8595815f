//! The fields of a person file that are single values. Pure.

use kernel::key;

/// A single value of a person file. Its id is the column's name, the history's field and the import's column.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    Name,
    Sex,
    Birth,
    Identity,
    Ethnic,
    Origin,
    Birthplace,
    Marital,
    Political,
    PartyOn,
    Stage,
    WorkOn,
    Education,
    Degree,
    Technical,
    Strengths,
    Source,
    Village,
    Phone,
    Bank,
    Health,
    Whereabouts,
    Employment,
    Intention,
    ToldOn,
}

impl Field {
    /// All of them, in the order of forms.
    pub const ALL: [Field; 25] = [
        Field::Name,
        Field::Sex,
        Field::Birth,
        Field::Identity,
        Field::Ethnic,
        Field::Origin,
        Field::Birthplace,
        Field::Marital,
        Field::Political,
        Field::PartyOn,
        Field::Stage,
        Field::WorkOn,
        Field::Education,
        Field::Degree,
        Field::Technical,
        Field::Strengths,
        Field::Source,
        Field::Village,
        Field::Phone,
        Field::Bank,
        Field::Health,
        Field::Whereabouts,
        Field::Employment,
        Field::Intention,
        Field::ToldOn,
    ];

    /// The column.
    pub fn id(self) -> &'static str {
        match self {
            Field::Name => "name",
            Field::Sex => "sex",
            Field::Birth => "birth",
            Field::Identity => "identity",
            Field::Ethnic => "ethnic",
            Field::Origin => "origin",
            Field::Birthplace => "birthplace",
            Field::Marital => "marital",
            Field::Political => "political",
            Field::PartyOn => "party_on",
            Field::Stage => "stage",
            Field::WorkOn => "work_on",
            Field::Education => "education",
            Field::Degree => "degree",
            Field::Technical => "technical",
            Field::Strengths => "strengths",
            Field::Source => "source",
            Field::Village => "village",
            Field::Phone => "phone",
            Field::Bank => "bank",
            Field::Health => "health",
            Field::Whereabouts => "whereabouts",
            Field::Employment => "employment",
            Field::Intention => "intention",
            Field::ToldOn => "told_on",
        }
    }

    /// In Chinese: a key of the catalogue.
    pub fn title(self) -> &'static str {
        match self {
            Field::Name => key!("姓名"),
            Field::Sex => key!("性别"),
            Field::Birth => key!("出生年月"),
            Field::Identity => key!("身份证号"),
            Field::Ethnic => key!("民族"),
            Field::Origin => key!("籍贯"),
            Field::Birthplace => key!("出生地"),
            Field::Marital => key!("婚姻状况"),
            Field::Political => key!("政治面貌"),
            Field::PartyOn => key!("入党时间"),
            Field::Stage => key!("党员发展阶段"),
            Field::WorkOn => key!("参加工作时间"),
            Field::Education => key!("学历"),
            Field::Degree => key!("学位"),
            Field::Technical => key!("专业技术职务"),
            Field::Strengths => key!("熟悉专业和特长"),
            Field::Source => key!("来源"),
            Field::Village => key!("所在村"),
            Field::Phone => key!("手机"),
            Field::Bank => key!("银行账号"),
            Field::Health => key!("健康状况"),
            Field::Whereabouts => key!("现在去向"),
            Field::Employment => key!("就业情况"),
            Field::Intention => key!("意向"),
            Field::ToldOn => key!("去向更新"),
        }
    }

    pub fn by_id(id: &str) -> Option<Field> {
        Field::ALL.into_iter().find(|f| f.id() == id)
    }

    /// Whether its value is sealed and shown masked.
    pub fn is_sealed(self) -> bool {
        matches!(self, Field::Identity | Field::Phone | Field::Bank | Field::Health)
    }

    /// Whether a sealed value is found by an index, and by which column.
    pub fn index(self) -> Option<&'static str> {
        match self {
            Field::Identity => Some("identity_index"),
            Field::Phone => Some("phone_index"),
            _ => None,
        }
    }

    /// Whether its value counts only once someone recognised it from a document (三龄两历一身份).
    pub fn is_claim(self) -> bool {
        matches!(self, Field::Birth | Field::PartyOn | Field::WorkOn | Field::Education | Field::Degree)
    }
}
