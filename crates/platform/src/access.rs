//! Who may do what, where: roles, actions, parts of the org tree. The one place that decides.

use crate::db::Event;
use kernel::{Lang, key};
use std::ops::Deref;

macro_rules! closed_list {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $id:literal, $zh:expr;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// As stored and logged.
            pub fn id(self) -> &'static str {
                match self { $($name::$variant => $id,)* }
            }

            /// In Chinese: a key of the catalogue.
            pub fn title(self) -> &'static str {
                match self { $($name::$variant => $zh,)* }
            }

            /// By its id.
            pub fn by_id(id: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|v| v.id() == id)
            }
        }
    };
}

closed_list! {
    /// What a person acts as. One at a time.
    Role {
        /// The county organization department.
        CountyOffice = "county-office", key!("县委组织部");
        /// A township's office.
        TownshipOffice = "township-office", key!("乡镇党委");
        /// A unit that marks.
        RaterUnit = "rater-unit", key!("评分单位");
        /// A seat of the joint review.
        ReviewSeat = "review-seat", key!("联审席位");
        /// A village cadre, for the own file.
        VillageCadre = "village-cadre", key!("村干部");
        /// Someone who applied.
        Applicant = "applicant", key!("报名人");
        /// Runs the machine; sees no business data.
        SystemAdmin = "system-admin", key!("系统管理员");
        /// Runs accounts and roles; sees no business data.
        SecurityAdmin = "security-admin", key!("安全管理员");
        /// Reads the audit; sees no business data.
        AuditAdmin = "audit-admin", key!("审计管理员");
    }
}

closed_list! {
    /// What a route does. Each route states one.
    Action {
        /// The own account: password, second factor, sessions.
        OwnAccount = "own-account", key!("管理自己的账号");
        /// The own pages of a cadre or applicant.
        OwnPages = "own-pages", key!("看自己的页面");
        /// Tasks that wait for the caller.
        ViewTasks = "view-tasks", key!("看自己的待办");
        /// The formation and its table.
        ViewFormation = "view-formation", key!("看雁阵图");
        /// A village's profile and facts.
        ViewVillage = "view-village", key!("看村级画像");
        /// Enter facts one by one.
        EditFacts = "edit-facts", key!("填报事实");
        /// Facts from a workbook.
        ImportFacts = "import-facts", key!("导入事实");
        /// Facts into a workbook.
        ExportFacts = "export-facts", key!("导出事实");
        /// Confirm a village's colour.
        DecideColour = "decide-colour", key!("确认村的颜色");
        /// Merge, split, rename places.
        ManagePlaces = "manage-places", key!("调整区划");
        /// Load a county's packs.
        ManagePacks = "manage-packs", key!("管理办法");
        /// The list of people and a person's file.
        ViewPeople = "view-people", key!("看干部人才档案");
        /// Make a file and change what is no verified claim.
        EditPeople = "edit-people", key!("编辑干部人才档案");
        /// People from a workbook or appointment forms.
        ImportPeople = "import-people", key!("导入名册和审批表");
        /// People into a workbook, a document or appointment forms.
        ExportPeople = "export-people", key!("导出名册和审批表");
        /// Recognise or refuse a verified claim.
        RecogniseClaim = "recognise-claim", key!("认定三龄两历一身份");
        /// Reveal a person's masked field, with a reason.
        UnmaskPerson = "unmask-person", key!("说明事由后查看完整号码");
        /// Merge files of the same person, and undo it.
        MergePeople = "merge-people", key!("合并重复档案");
        /// Answer a person's request for correction.
        AnswerCorrection = "answer-correction", key!("答复更正申请");
        /// Link an account with the file of its person.
        LinkAccount = "link-account", key!("开通本人查看");
        /// Hand a file to another county, or take one in.
        TransferPeople = "transfer-people", key!("跨县转递档案");
        /// Retention rules, deletion as law orders.
        ManageRetention = "manage-retention", key!("管理保存期限");
        /// Posts, holders, terms, composition.
        ViewPosts = "view-posts", key!("看职务和班子");
        /// Write holds, terms, duties that need no filing.
        EditPosts = "edit-posts", key!("登记职务和任期");
        /// Draft and send a filing.
        DraftFiling = "draft-filing", key!("起草任职备案");
        /// Give the county's opinion on a filing.
        DecideFiling = "decide-filing", key!("出具备案意见");
        /// Routine records, inspections, year-end reports.
        ViewDuty = "view-duty", key!("看履职记录、考察和述职");
        /// Write records and inspections, open and examine reports.
        EditDuty = "edit-duty", key!("登记履职记录、考察，组织述职");
        /// Rate a year-end report.
        RateDuty = "rate-duty", key!("评定述职");
        /// The calendar of holidays and make-up days.
        ManageCalendar = "manage-calendar", key!("管理节假日历");
        /// Rounds of appraisal: progress and, once published, results.
        ViewRounds = "view-rounds", key!("看考核");
        /// Make rounds, lead them on, excuse, publish.
        ManageRounds = "manage-rounds", key!("组织考核");
        /// Fill in the own unit's mark sheet.
        FillSheet = "fill-sheet", key!("填本单位评分表");
        /// Answer appeals against results.
        AnswerAppeal = "answer-appeal", key!("答复考核申诉");
        /// Decide what follows from results.
        DecideProposal = "decide-proposal", key!("研究结果运用");
        /// The rectification register: enter, close problem by problem, end.
        KeepRegister = "keep-register", key!("管理整改台账");
        /// Pools: propose and decide who enters and leaves.
        ManagePools = "manage-pools", key!("管理后备人才库");
        /// Selection campaigns: progress and applications.
        ViewCampaigns = "view-campaigns", key!("看公开选拔");
        /// Write in applications, check them, note meetings.
        EnterEntries = "enter-entries", key!("登记和审查报名");
        /// Make campaigns, lead them from stage to stage, decide.
        RunCampaigns = "run-campaigns", key!("组织公开选拔");
        /// How somebody comes into the party: steps, tests at the front, decisions.
        ManageMembership = "manage-membership", key!("管理党员发展");
        /// Joint reviews: ask the seats, follow them, decide about each person.
        RunReviews = "run-reviews", key!("组织县级联审");
        /// Answer for the own seat in joint reviews.
        AnswerReviews = "answer-reviews", key!("代表本席答复联审");
        /// Vacancies: move that somebody fills a seat, decide, draft the filing.
        ManageVacancies = "manage-vacancies", key!("办理空缺递补");
        /// Tokens for programs.
        ManageTokens = "manage-tokens", key!("管理接口令牌");
        /// Accounts and roles.
        ManageAccounts = "manage-accounts", key!("管理账号");
        /// Reveal a masked number, with a reason.
        Unmask = "unmask", key!("查看完整号码");
        /// Jobs, counties, the state of the machine.
        ManageSystem = "manage-system", key!("管理系统");
        /// The audit.
        ViewAudit = "view-audit", key!("看审计");
    }
}

impl Role {
    /// Whether the role may do it at all; where is for [`Caller::authorize`].
    pub fn may(self, action: Action) -> bool {
        use Action as A;
        match action {
            A::OwnAccount => true,
            A::ViewTasks => {
                matches!(self, Role::CountyOffice | Role::TownshipOffice | Role::RaterUnit | Role::ReviewSeat)
            }
            A::FillSheet => matches!(self, Role::TownshipOffice | Role::RaterUnit),
            A::OwnPages => matches!(self, Role::VillageCadre | Role::Applicant),
            A::ViewFormation
            | A::ViewVillage
            | A::EditFacts
            | A::ImportFacts
            | A::ExportFacts
            | A::ViewPeople
            | A::EditPeople
            | A::ImportPeople
            | A::ExportPeople
            | A::RecogniseClaim
            | A::UnmaskPerson
            | A::MergePeople
            | A::AnswerCorrection
            | A::LinkAccount
            | A::ViewPosts
            | A::EditPosts
            | A::DraftFiling
            | A::ViewRounds
            | A::ManageRounds
            | A::AnswerAppeal
            | A::DecideProposal
            | A::ViewDuty
            | A::EditDuty
            | A::RateDuty
            | A::KeepRegister
            | A::ManagePools
            | A::ViewCampaigns
            | A::EnterEntries
            | A::RunCampaigns
            | A::ManageMembership
            | A::ManageVacancies
            | A::ManageTokens => matches!(self, Role::CountyOffice | Role::TownshipOffice),
            A::DecideColour
            | A::ManagePlaces
            | A::ManagePacks
            | A::TransferPeople
            | A::ManageRetention
            | A::DecideFiling
            | A::RunReviews
            | A::ManageCalendar => self == Role::CountyOffice,
            A::AnswerReviews => self == Role::ReviewSeat,
            A::ManageAccounts | A::Unmask => self == Role::SecurityAdmin,
            A::ManageSystem => self == Role::SystemAdmin,
            A::ViewAudit => self == Role::AuditAdmin,
        }
    }

    /// Whether the role runs the system rather than the county's business.
    pub fn is_admin(self) -> bool {
        matches!(self, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin)
    }

    /// Where the role lands after sign-in.
    pub fn home(self) -> &'static str {
        match self {
            Role::CountyOffice | Role::TownshipOffice => "/",
            Role::RaterUnit => "/sheets",
            Role::ReviewSeat => "/seat",
            Role::VillageCadre | Role::Applicant => "/me",
            Role::SystemAdmin => "/system",
            Role::SecurityAdmin => "/accounts",
            Role::AuditAdmin => "/audit",
        }
    }
}

/// A part of a county's org tree.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// All of it.
    County,
    /// A township, by its nine digits.
    Township(String),
    /// A village, by its twelve digits.
    Village(String),
}

impl Part {
    /// From its stored form: empty, nine or twelve digits.
    pub fn parse(text: &str) -> Option<Part> {
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        match text.len() {
            0 => Some(Part::County),
            9 => Some(Part::Township(text.to_owned())),
            12 => Some(Part::Village(text.to_owned())),
            _ => None,
        }
    }

    /// Its stored form.
    pub fn code(&self) -> &str {
        match self {
            Part::County => "",
            Part::Township(code) | Part::Village(code) => code,
        }
    }

    /// The township to filter rows by: empty for the whole county. A village's part filters by village.
    pub fn township(&self) -> &str {
        match self {
            Part::Township(code) => code,
            _ => "",
        }
    }

    /// The village to filter rows by; empty where all are seen.
    pub fn village(&self) -> &str {
        match self {
            Part::Village(code) => code,
            _ => "",
        }
    }

    fn holds(&self, org: &Org<'_>) -> bool {
        match self {
            Part::County => true,
            Part::Township(code) => org.township == code,
            Part::Village(code) => org.village == code,
        }
    }
}

/// Where in the org tree a record stands.
#[derive(Clone, Copy, Debug)]
pub struct Org<'a> {
    /// The township's nine digits; empty for a record of the county.
    pub township: &'a str,
    /// The village's twelve digits; empty for a record of a township.
    pub village: &'a str,
}

/// A record that stands somewhere in the org tree.
pub trait Target {
    /// Where.
    fn org(&self) -> Org<'_>;

    /// The one unit that it is for, as its accounts name it: what other raters and seats see nothing of. `None`
    /// for what is no rater's and no seat's at all.
    fn unit(&self) -> Option<&str> {
        None
    }
}

/// A record that its caller may act on. Only [`Caller::authorize`] and, for what is the caller's own, [`Caller::own`]
/// make one.
#[derive(Clone, Debug)]
pub struct Authorized<T>(T);

impl<T> Deref for Authorized<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Who is asking, in which role.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub account: i64,
    /// Its login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// The role it acts in.
    pub role: Role,
    /// The role's own id.
    pub role_id: i64,
    /// The county's six digits.
    pub county: String,
    /// The part of the county.
    pub part: Part,
    /// The office's name.
    pub unit: String,
    /// Where the request comes from.
    pub address: String,
    /// The token that forms carry.
    pub csrf: String,
    /// The session, hashed; empty for a token of the API.
    pub session: String,
    /// The language of pages.
    pub lang: Lang,
    /// Large type.
    pub large: bool,
    /// For a token of the API: the actions it is good for.
    pub only: Option<Vec<Action>>,
}

/// Why something is not given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The role may not do it.
    Forbidden(Action),
    /// It does not exist, or not for this caller: the answer is the same.
    NotFound,
}

impl Caller {
    /// Whether the caller may do it somewhere.
    pub fn may(&self, action: Action) -> bool {
        self.role.may(action) && self.only.as_ref().is_none_or(|only| only.contains(&action))
    }

    /// A record for an action: what does not exist and what is out of the caller's part answer alike.
    pub fn authorize<T: Target>(&self, action: Action, found: Option<T>) -> Result<Authorized<T>, Refusal> {
        if !self.may(action) {
            return Err(Refusal::Forbidden(action));
        }
        match found {
            Some(target) if self.part.holds(&target.org()) && self.stands_for(&target) => {
                Ok(Authorized(target))
            }
            _ => Err(Refusal::NotFound),
        }
    }

    /// A rater and a seat see what is their own unit's; other offices see by their part alone.
    fn stands_for<T: Target>(&self, target: &T) -> bool {
        !matches!(self.role, Role::RaterUnit | Role::ReviewSeat)
            || target.unit().is_some_and(|unit| !unit.is_empty() && unit == self.unit)
    }

    /// The caller's own record, on its own pages. It was found by the caller's account and by nothing that was asked for:
    /// whose it is decides, wherever in the county it stands.
    pub fn own<T>(&self, found: Option<T>) -> Result<Authorized<T>, Refusal> {
        if !self.may(Action::OwnPages) {
            return Err(Refusal::Forbidden(Action::OwnPages));
        }
        found.map(Authorized).ok_or(Refusal::NotFound)
    }

    /// An event of this caller for the audit.
    pub fn event(&self, action: &str, kind: &str, record: &str, part: &str) -> Event {
        Event {
            actor: Some(self.account),
            actor_name: self.name.clone(),
            role: self.role.id().to_owned(),
            address: self.address.clone(),
            action: action.to_owned(),
            kind: kind.to_owned(),
            record: record.to_owned(),
            part: part.to_owned(),
            ..Event::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Village(&'static str, &'static str);

    impl Target for Village {
        fn org(&self) -> Org<'_> {
            Org { township: self.0, village: self.1 }
        }
    }

    fn caller(role: Role, part: Part) -> Caller {
        Caller {
            account: 1,
            login: "a".into(),
            name: "何例乙".into(),
            role,
            role_id: 1,
            county: "990101".into(),
            part,
            unit: "组织部".into(),
            address: "127.0.0.1".into(),
            csrf: String::new(),
            session: String::new(),
            lang: Lang::Zh,
            large: false,
            only: None,
        }
    }

    #[test]
    fn out_of_the_part_is_not_found() {
        let village = || Some(Village("990101101", "990101101200"));
        let own = caller(Role::TownshipOffice, Part::Township("990101101".into()));
        let other = caller(Role::TownshipOffice, Part::Township("990101102".into()));
        assert!(own.authorize(Action::ViewVillage, village()).is_ok());
        assert_eq!(other.authorize(Action::ViewVillage, village()).err(), Some(Refusal::NotFound));
        assert_eq!(own.authorize(Action::ViewVillage, None::<Village>).err(), Some(Refusal::NotFound));
        let refused = Refusal::Forbidden(Action::ManagePlaces);
        assert_eq!(own.authorize(Action::ManagePlaces, village()).err(), Some(refused));
    }

    #[test]
    fn administrators_see_no_business_data() {
        let business = [
            Action::ViewFormation,
            Action::ViewVillage,
            Action::EditFacts,
            Action::ImportFacts,
            Action::ExportFacts,
            Action::DecideColour,
            Action::OwnPages,
        ];
        for role in Role::ALL.iter().filter(|r| r.is_admin()) {
            assert!(business.iter().all(|a| !role.may(*a)), "{role:?}");
        }
        let admins = [Action::ManageAccounts, Action::ManageSystem, Action::ViewAudit];
        for action in admins {
            assert_eq!(Role::ALL.iter().filter(|r| r.may(action)).count(), 1, "{action:?} is one role's");
        }
    }

    #[test]
    fn the_own_record_is_for_own_pages_alone() {
        let cadre = caller(Role::VillageCadre, Part::Village("990101101200".into()));
        assert!(cadre.own(Some(Village("990101102", ""))).is_ok(), "wherever it stands");
        assert_eq!(cadre.own(None::<Village>).err(), Some(Refusal::NotFound));
        let office = caller(Role::CountyOffice, Part::County);
        let refused = Refusal::Forbidden(Action::OwnPages);
        assert_eq!(office.own(Some(Village("", ""))).err(), Some(refused));
    }

    #[test]
    fn a_token_narrows_its_role() {
        let mut token = caller(Role::CountyOffice, Part::County);
        token.only = Some(vec![Action::ViewVillage]);
        assert!(token.may(Action::ViewVillage) && !token.may(Action::EditFacts));
    }
}
