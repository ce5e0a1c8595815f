//! 座次表 and 签到表: a room's seats as they stand in the room, and the list on which candidates sign.

use super::{lines_in, pages};
use crate::form::{Cell, Form, List, Row, Side};
use crate::{DocumentFault, Imprint};

/// The papers of the rooms of an exam.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RoomPapers {
    /// 2026年乡村振兴专干公开招录
    pub campaign: String,
    /// The rooms, at least one.
    pub rooms: Vec<RoomPaper>,
    /// Who printed them.
    pub imprint: Imprint,
}

/// A room.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RoomPaper {
    /// The building.
    pub site: String,
    /// The room.
    pub room: String,
    /// 笔试
    pub paper: String,
    /// `2026年11月28日 9:00—11:00`
    pub when: String,
    /// Seats that stand side by side.
    pub across: usize,
    /// Seats in the room.
    pub capacity: usize,
    /// Who sits where, by seat.
    pub seats: Vec<RoomSeat>,
}

/// A seat that is taken.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct RoomSeat {
    /// From 1.
    pub seat: usize,
    /// The ticket's number.
    pub ticket: String,
    /// Name.
    pub name: String,
    /// The place applied for.
    pub place: String,
}

/// Width of a page's table and height of a plan in mm.
const WIDTH: f64 = 178.0;
const ROOM: f64 = 208.0;
/// Seats side by side at most, and lines of candidates a page.
const MOST_ACROSS: usize = 8;
const LINES: usize = 30;
/// A line of candidates, in mm, and the columns of their list.
const LINE: f64 = 6.9;
const COLUMNS: [f64; 7] = [10.0, 14.0, 30.0, 24.0, 58.0, 28.0, 14.0];

impl RoomPapers {
    pub(super) fn form(&self) -> Result<Form, DocumentFault> {
        if self.rooms.is_empty() || self.rooms.iter().any(|r| !r.fits()) {
            return Err(DocumentFault::Size);
        }
        let foot = self.imprint.parts().into_iter().filter(|part| !part.is_empty()).collect();
        let sides = self.rooms.iter().flat_map(|room| self.sides(room)).collect();
        Ok(Form { title: "考场用表".into(), sides, foot, whose: self.campaign.clone(), photo: None })
    }

    fn sides(&self, room: &RoomPaper) -> Vec<Side> {
        let above = || Some([format!("{}　{}　{}", room.site, room.room, room.paper), room.when.clone()]);
        let mut out = vec![Side { title: Some("考场座次表".into()), above: above(), ..room.plan() }];
        let most = |s: &RoomSeat| lines_in(&s.place, COLUMNS[4]).max(lines_in(&s.name, COLUMNS[3]));
        let pages = pages(&room.seats, LINES, most).into_iter().map(|(some, lines)| Side {
            title: Some("考生签到表".into()),
            above: above(),
            ..room.attendance(some, lines)
        });
        out.extend(pages);
        out
    }
}

impl RoomPaper {
    /// Whether every seat is in the room once, and the room on a page.
    fn fits(&self) -> bool {
        let across = (1..=MOST_ACROSS).contains(&self.across);
        let mut seats: Vec<usize> = self.seats.iter().map(|s| s.seat).collect();
        seats.sort_unstable();
        let once = seats.windows(2).all(|w| w[0] < w[1]);
        let inside = seats.iter().all(|s| (1..=self.capacity).contains(s));
        across && once && inside && !seats.is_empty() && self.capacity.div_ceil(self.across) <= 20
    }

    /// The seats as they stand: the first before the first column, down it, up the next.
    fn plan(&self) -> Side {
        let deep = self.capacity.div_ceil(self.across);
        let seat = |row: usize, column: usize| {
            let within = if column.is_multiple_of(2) { row } else { deep - 1 - row };
            column * deep + within + 1
        };
        let shown = |number: usize| {
            if number > self.capacity {
                return String::new();
            }
            match self.seats.iter().find(|s| s.seat == number) {
                Some(s) => format!("{number}\n{}\n{}", s.ticket, s.name),
                None => format!("{number}\n（空）"),
            }
        };
        let height = (ROOM / deep as f64).min(26.0);
        let mut rows = vec![Row::Cells { height: 10.0, cells: vec![Cell::label(self.across, "讲　台")] }];
        rows.extend((0..deep).map(|row| Row::Cells {
            height,
            cells: (0..self.across).map(|column| Cell::value(1, "", &shown(seat(row, column)))).collect(),
        }));
        let columns = vec![WIDTH / self.across as f64; self.across];
        let empty = self.capacity - self.seats.len();
        let below = vec![format!("座位 {} 个，安排 {} 人，空 {empty} 个", self.capacity, self.seats.len())];
        Side { columns, rows, below, ..Side::default() }
    }

    fn attendance(&self, some: &[RoomSeat], lines: usize) -> Side {
        let item = |s: &RoomSeat| {
            vec![
                s.seat.to_string(),
                s.ticket.clone(),
                s.name.clone(),
                s.place.clone(),
                String::new(),
                String::new(),
            ]
        };
        let list = List {
            label: "考\n生".into(),
            name: "签到".into(),
            spans: vec![1; 6],
            heads: ["座位", "准考证号", "姓　名", "报考岗位", "签　到", "备　注"].map(str::to_owned).to_vec(),
            left: vec![false, false, false, true, false, false],
            items: some.iter().map(item).collect(),
            head_height: 9.0,
            height: LINE * lines as f64,
            least: 1,
        };
        let due = self.seats.len();
        let below = vec![
            format!("本场应到 {due} 人　实到　　　人　缺考　　　人"),
            format!("监考员签字：{}", "　".repeat(12)),
        ];
        Side { columns: COLUMNS.to_vec(), rows: vec![Row::List(list)], below, ..Side::default() }
    }
}
