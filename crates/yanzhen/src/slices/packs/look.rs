//! What the check and the cases find in a pack's files.

use super::model::Found;
use appraisal::run_cases;
use kernel::{Fault, Message, Severity};
use platform::web::{Answer, Failure};
use policy::{Files, Pack, Source, is_date};

/// A case that was run.
#[derive(Clone, Debug)]
pub struct Ran {
    pub title: String,
    pub clause: String,
    /// The file and line it stands at.
    pub place: String,
    /// What came out otherwise: of which subject, which value, and how.
    pub failures: Vec<(String, String, Message)>,
}

/// A pack looked through.
#[derive(Debug)]
pub struct Look {
    /// The pack; `None` where it has faults.
    pub pack: Option<Pack>,
    pub findings: Vec<Fault>,
    /// Its cases; none where it has faults.
    pub cases: Vec<Ran>,
}

impl Look {
    /// Reads, checks and runs the cases: tens of milliseconds.
    fn of(files: &Files) -> Look {
        let (pack, findings) = Pack::check(&Source::of(files));
        let cases = pack.as_ref().map(run_cases).unwrap_or_default();
        let cases = cases
            .into_iter()
            .map(|r| Ran {
                title: r.case.title.clone(),
                clause: r.case.clause.clone(),
                place: format!("{}:{}", r.case.file, r.case.at.row),
                failures: r.failures.into_iter().map(|f| (f.code, f.what, f.message)).collect(),
            })
            .collect();
        Look { pack, findings, cases }
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// How many cases come out otherwise.
    pub fn failing(&self) -> usize {
        self.cases.iter().filter(|c| !c.failures.is_empty()).count()
    }

    /// What an act asks about.
    pub fn found(&self) -> Found {
        let dated = self.pack.as_ref().is_some_and(|p| is_date(&p.effective_from));
        Found { faults: self.count(Severity::Fault), failing: self.failing(), dated }
    }
}

/// Looks through files, away from the threads that answer.
pub async fn look(files: &Files) -> Answer<Look> {
    let files = files.clone();
    let done = tokio::task::spawn_blocking(move || Look::of(&files)).await;
    done.map_err(|e| Failure::Internal(e.to_string()))
}
