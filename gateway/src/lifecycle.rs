//! How the process, or one gateway within a test, comes to its end.
//!
//! Two stages: first nothing new is accepted and what is under way finishes;
//! at a second signal, or when the time is up, everything is dropped. Both are
//! safe: what was answered is stored. The tokens live in this value and not in
//! a global, so that several gateways can run in one process.

use std::fmt::Display;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// After the second stage began, tasks get this long to notice.
const GRACE: Duration = Duration::from_secs(2);

/// Cheap to clone; clones are the same life.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    draining: CancellationToken,
    stopping: CancellationToken,
    tasks: TaskTracker,
    died: Arc<OnceLock<&'static str>>,
    drain: Duration,
}

/// An essential task ended by itself; the process has to end with an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} ended by itself, see the log")]
pub struct Died(pub &'static str);

impl Lifecycle {
    /// `drain`: how long the first stage may take.
    pub fn new(drain: Duration) -> Self {
        Self {
            draining: CancellationToken::new(),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            died: Arc::default(),
            drain,
        }
    }

    /// Cancelled when the first stage begins: accept nothing new, finish.
    pub fn draining(&self) -> &CancellationToken {
        &self.draining
    }

    /// Cancelled when the second stage begins: return now.
    pub fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// Begins the first stage; called again, the second.
    pub fn shut_down(&self) {
        if self.draining.is_cancelled() {
            self.stopping.cancel();
        }
        self.draining.cancel();
    }

    /// Runs a task the gateway cannot do without. It should end only after
    /// [`Lifecycle::draining`]; an error, a panic or an early end is logged and
    /// begins the shutdown, and [`Lifecycle::finished`] then reports it.
    pub fn spawn<E: Display>(
        &self,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        let life = self.clone();
        self.watch(name, task, move || {
            if !life.stopping.is_cancelled() {
                let _ = life.died.set(name);
                life.draining.cancel();
            }
        });
    }

    /// Runs a task the gateway can do without: its failure is only logged.
    pub fn spawn_optional<E: Display>(
        &self,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
    ) {
        self.watch(name, task, || {});
    }

    fn watch<E: Display>(
        &self,
        name: &'static str,
        task: impl Future<Output = Result<(), E>> + Send + 'static,
        failed: impl FnOnce() + Send + 'static,
    ) {
        let (draining, stopping) = (self.draining.clone(), self.stopping.clone());
        self.tasks.spawn(async move {
            // A task of its own, so that a panic is an outcome like others.
            let mut running = tokio::spawn(async move { task.await.map_err(|e| e.to_string()) });
            let grace = async {
                stopping.cancelled().await;
                tokio::time::sleep(GRACE).await;
            };
            let ended = tokio::select! {
                ended = &mut running => ended,
                () = grace => {
                    tracing::warn!(task = name, "did not stop in time and is dropped");
                    running.abort();
                    return;
                }
            };
            match ended {
                Ok(Ok(())) if draining.is_cancelled() => return,
                Ok(Ok(())) => tracing::error!(task = name, "ended early"),
                Ok(Err(cause)) => tracing::error!(task = name, cause, "failed"),
                Err(_) => tracing::error!(task = name, "panicked"),
            }
            failed();
        });
    }

    /// Turns SIGTERM and SIGINT into [`Lifecycle::shut_down`], until the second.
    pub fn obey_signals(&self) -> std::io::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut term = signal(SignalKind::terminate())?;
        let mut int = signal(SignalKind::interrupt())?;
        let life = self.clone();
        tokio::spawn(async move {
            for stage in ["finishing what is under way", "stopping at once"] {
                tokio::select! {
                    _ = term.recv() => {}
                    _ = int.recv() => {}
                }
                tracing::info!("signal received: {stage}");
                life.shut_down();
            }
        });
        Ok(())
    }

    /// Waits for the end: for the first stage to begin, then for all tasks, with
    /// the second stage when the time is up.
    pub async fn finished(&self) -> Result<(), Died> {
        self.draining.cancelled().await;
        self.tasks.close();
        let drained = tokio::select! {
            () = self.tasks.wait() => true,
            () = self.stopping.cancelled() => false,
            () = tokio::time::sleep(self.drain) => false,
        };
        if !drained {
            let left = self.tasks.len();
            tracing::warn!(left, "not everything finished in time");
        }
        self.stopping.cancel();
        self.tasks.wait().await;
        self.died.get().map_or(Ok(()), |name| Err(Died(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life() -> Lifecycle {
        Lifecycle::new(Duration::from_secs(20))
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_under_way_finishes_before_the_end() {
        let life = life();
        let done = Arc::new(OnceLock::new());
        let (draining, mark) = (life.draining().clone(), done.clone());
        life.spawn("worker", async move {
            draining.cancelled().await;
            tokio::time::sleep(Duration::from_secs(5)).await;
            mark.set(()).map_err(|()| "twice")
        });
        life.shut_down();
        assert_eq!(life.finished().await, Ok(()));
        assert!(done.get().is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_never_ends_is_dropped_when_the_time_is_up() {
        let life = life();
        life.spawn("stubborn", std::future::pending::<Result<(), &str>>());
        life.shut_down();
        let limit = tokio::time::sleep(Duration::from_secs(23));
        tokio::select! {
            ended = life.finished() => assert_eq!(ended, Ok(())),
            () = limit => panic!("it did not end in time"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_does_not_wait_for_the_first() {
        let life = life();
        let stopping = life.stopping().clone();
        life.spawn("slow", async move {
            stopping.cancelled().await;
            Ok::<(), &str>(())
        });
        life.shut_down();
        assert!(!life.stopping().is_cancelled());
        life.shut_down();
        let limit = tokio::time::sleep(Duration::from_secs(1));
        tokio::select! {
            ended = life.finished() => assert_eq!(ended, Ok(())),
            () = limit => panic!("the second signal was not obeyed"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_death_of_an_essential_task_ends_the_process_with_its_name() {
        for (name, task) in [("early", 0_u8), ("failing", 1), ("panicking", 2)] {
            let life = life();
            life.spawn(name, async move {
                match task {
                    0 => Ok(()),
                    1 => Err("no database"),
                    _ => panic!("a bug"),
                }
            });
            assert_eq!(life.finished().await, Err(Died(name)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_death_of_an_optional_task_ends_nothing() {
        let life = life();
        life.spawn_optional("status page", async { Err("no network") });
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!life.draining().is_cancelled());
        life.shut_down();
        assert_eq!(life.finished().await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn two_lives_in_one_process_end_separately() {
        let (one, two) = (life(), life());
        one.shut_down();
        assert_eq!(one.finished().await, Ok(()));
        assert!(!two.draining().is_cancelled());
    }
}
