//! A draft to look at; orders change nothing here.

use super::Fake;
use crate::editing::{
    Asked, Blast, Kind, Moved, Paper, Preview, Previewed, Try, Trying, Workbench,
};
use crate::web::{Editor, Unavailable};
use async_trait::async_trait;
use std::sync::Arc;

#[async_trait]
impl Editor for Fake {
    async fn edit(&self, actor: &str, asked: Asked) -> Result<Workbench, Unavailable> {
        drop(self.there()?);
        let text = match asked.kind {
            Kind::Menu => menus::document::to_json(menus::starter()),
            Kind::Policy => crate::escalation::policy::DEFAULT.to_owned(),
            Kind::Calendar => crate::calendar::BUILTIN.to_owned(),
        };
        let paper = Paper::read(asked.kind, &text).expect("what is shipped is sound");
        let paper = Arc::new(paper);
        Ok(Workbench {
            kind: asked.kind,
            live: 1,
            findings: paper.findings(),
            paper: Some(Arc::clone(&paper)),
            live_paper: paper,
            live_text: text.into(),
            draft: None,
            revision: 0,
            changes: Vec::new(),
            needs_two: false,
            blast: Blast::default(),
            releases: Vec::new(),
            versions: Vec::new(),
            said: None,
            places: Vec::new(),
            ended: Vec::new(),
            actor: actor.to_owned(),
        })
    }

    async fn moved(&self) -> Result<Option<Moved>, Unavailable> {
        self.there().map(|_| None)
    }

    async fn preview(&self, _: Preview) -> Result<Option<Previewed>, Unavailable> {
        self.there().map(|_| Some(Previewed::default()))
    }

    async fn suppose(&self, _: &str, _: Try) -> Result<Trying, Unavailable> {
        self.there().map(|_| Trying::default())
    }
}
