//! 村“两委”班子一览表: who holds which seat in a village, on both tracks, and which stand empty.

use crate::sheet::{Sheet, SheetCell};
use crate::{Cell, Column, DocumentFault, Imprint, pdf, sheet, words};
use kernel::Day;
use standards::PartialDate;

/// The two committees of villages.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommitteeTable {
    /// Over the table; blank for 村“两委”班子一览表.
    pub title: String,
    /// Whose table it is.
    pub unit: String,
    /// The day that it tells of; ages are of this day.
    pub as_of: Day,
    /// The villages, in the order they are printed.
    pub villages: Vec<VillageCommittees>,
    /// Remarks under the table.
    pub notes: Vec<String>,
    /// Who printed it.
    pub imprint: Imprint,
}

/// The seats of a village.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VillageCommittees {
    /// Its township.
    pub township: String,
    /// Its name.
    pub village: String,
    /// The seats, a row each.
    pub seats: Vec<Seat>,
}

/// A seat, or the seats that one person holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seat {
    /// 书记、主任
    pub post: String,
    /// On which track.
    pub tracks: Tracks,
    /// Who holds it; none when it stands empty.
    pub holder: Option<Holder>,
    /// A remark.
    pub note: String,
}

/// Party track, elected track, one person in both, or neither.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tracks {
    /// Party organisation.
    Party,
    /// Villagers' committee, by election.
    Elected,
    /// Both.
    Both,
    /// Hired: revitalisation officers and the like.
    Hired,
}

/// Who holds a seat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holder {
    /// Name.
    pub name: String,
    /// 男, 女
    pub sex: String,
    /// Born; ages are computed.
    pub birth: Option<PartialDate>,
    /// Education.
    pub education: String,
    /// Political status.
    pub political_status: String,
    /// In this post since.
    pub since: Option<PartialDate>,
}

const TITLE: &str = "村“两委”班子一览表";

impl Tracks {
    fn mark(self) -> &'static str {
        match self {
            Tracks::Party => "党",
            Tracks::Elected => "选",
            Tracks::Both => "党·选",
            Tracks::Hired => "聘",
        }
    }
}

impl CommitteeTable {
    /// A workbook: A4 across, villages merged over their seats, empty seats hatched.
    ///
    /// # Errors
    /// [`DocumentFault::Size`], [`DocumentFault::Engine`].
    pub fn xlsx(&self) -> Result<Vec<u8>, DocumentFault> {
        sheet::xlsx::workbook(&self.sheet()?)
    }

    /// PDF, A4 across, heads on every page.
    ///
    /// # Errors
    /// As [`CommitteeTable::xlsx`], and [`DocumentFault::PdfNotBuilt`], [`DocumentFault::NoFonts`].
    pub fn pdf(&self) -> Result<Vec<u8>, DocumentFault> {
        pdf::sheet(&self.sheet()?)
    }

    fn sheet(&self) -> Result<Sheet, DocumentFault> {
        let columns = vec![
            Column::of("序号", 3),
            Column::of("乡镇", 6),
            Column::of("村（社区）", 6),
            Column::of("职务", 9).under("岗位"),
            Column::of("轨道", 3).under("岗位"),
            Column::of("任现职时间", 6).under("岗位"),
            Column::of("姓名", 5).under("任职人员"),
            Column::of("性别", 3).under("任职人员"),
            Column::of("出生年月", 5).under("任职人员"),
            Column::of("年龄", 3).under("任职人员"),
            Column::of("学历", 5).under("任职人员"),
            Column::of("政治面貌", 7).under("任职人员"),
            Column::of("备注", 7),
        ];
        let mut rows = Vec::new();
        for (i, village) in self.villages.iter().enumerate() {
            for (j, seat) in village.seats.iter().enumerate() {
                let down = if j == 0 { village.seats.len() } else { 0 };
                let over = |cell| SheetCell { cell, down };
                let number = i64::try_from(i + 1).unwrap_or(i64::MAX);
                let mut row = vec![
                    over(Cell::Whole(number)),
                    over(Cell::text(&village.township)),
                    over(Cell::text(&village.village)),
                ];
                row.extend(self.seat(seat).into_iter().map(SheetCell::of));
                rows.push(row);
            }
        }
        let mut notes = vec![self.summary()];
        notes.extend(self.notes.iter().cloned());
        let sheet = Sheet {
            title: if self.title.is_empty() { TITLE.to_owned() } else { self.title.clone() },
            left: self.unit.clone(),
            right: format!("截至 {}", words::day(self.as_of)),
            columns,
            fixed: 3,
            rows,
            notes,
            imprint: self.imprint.parts(),
            filter: false,
        };
        sheet.checked()
    }

    fn seat(&self, seat: &Seat) -> Vec<Cell> {
        let mark = Cell::text(seat.tracks.mark());
        let mut cells = vec![Cell::text(&seat.post), mark];
        match &seat.holder {
            Some(holder) => {
                let date =
                    |date: Option<PartialDate>| date.map_or(Cell::Empty, |date| Cell::Date(date.to_month()));
                let age = holder.birth.and_then(|born| born.age_on(self.as_of));
                cells.extend([
                    date(holder.since),
                    Cell::text(&holder.name),
                    Cell::text(&holder.sex),
                    date(holder.birth),
                    age.map_or(Cell::Empty, |age| Cell::Whole(age.years.into())),
                    Cell::text(&holder.education),
                    Cell::text(&holder.political_status),
                ]);
            }
            None => {
                let blank = || Cell::Vacant(String::new());
                cells.extend([
                    blank(),
                    Cell::Vacant("空缺".into()),
                    blank(),
                    blank(),
                    blank(),
                    blank(),
                    blank(),
                ]);
            }
        }
        cells.push(Cell::text(&seat.note));
        cells
    }

    fn summary(&self) -> String {
        let seats = || self.villages.iter().flat_map(|village| &village.seats);
        let vacant = seats().filter(|seat| seat.holder.is_none()).count();
        format!(
            "共 {} 个村（社区），{} 席，空缺 {vacant} 席。轨道：党＝党组织任命，选＝村（居）民选举，党·选＝一人两轨，聘＝聘用。",
            self.villages.len(),
            seats().count(),
        )
    }
}
