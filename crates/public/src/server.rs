//! Taking connections: few, short, and not all from one address.

use crate::app::App;
use crate::pages;
use crate::throttle::Origin;
use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

/// Who is connected.
#[derive(Clone, Copy)]
pub(crate) struct Peer(pub IpAddr);

/// Connections by address; a connection takes its own away when it ends.
struct Doors {
    each: usize,
    all: usize,
    proxy: Option<IpAddr>,
    open: Mutex<(usize, HashMap<Origin, usize>)>,
}

struct Door(Arc<Doors>, Origin);

impl Doors {
    fn enter(self: &Arc<Doors>, peer: IpAddr) -> Option<Door> {
        let origin = Origin::from(peer);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, by) = &mut *open;
        let own = by.get(&origin).copied().unwrap_or(0);
        // Everybody comes through the proxy.
        let most = if self.proxy == Some(peer.to_canonical()) { self.all } else { self.each };
        if *all >= self.all || own >= most {
            return None;
        }
        *all += 1;
        by.insert(origin, own + 1);
        Some(Door(self.clone(), origin))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, by) = &mut *open;
        *all -= 1;
        match by.get_mut(&self.1) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                by.remove(&self.1);
            }
        }
    }
}

/// Serves until `stopped` ends.
///
/// # Errors
/// The listener broke.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    stopped: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let limits = app.limits;
    let doors = Arc::new(Doors {
        each: limits.connections_each,
        all: limits.connections,
        proxy: app.proxy,
        open: Mutex::default(),
    });
    let router = pages::router(app);
    tokio::pin!(stopped);
    loop {
        let (stream, peer) = tokio::select! {
            taken = listener.accept() => match taken {
                Ok(taken) => taken,
                // Out of files, or gone before it was taken: the next may do.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut stopped => return Ok(()),
        };
        let Some(door) = doors.enter(peer.ip()) else { continue };
        tokio::spawn(talk(stream, peer, router.clone(), limits.patience, door));
    }
}

/// One connection, from the first request to the last.
async fn talk(stream: TcpStream, peer: SocketAddr, router: axum::Router, patience: u64, door: Door) {
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer.ip()));
        router.clone().oneshot(request)
    });
    let mut builder = http1::Builder::new();
    let patience = Duration::from_millis(patience);
    builder.timer(TokioTimer::new()).header_read_timeout(patience).max_buf_size(16 << 10);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    // Who reads an answer letter by letter is let go as well.
    let _ = tokio::time::timeout(patience * 6, connection).await;
    drop(door);
}
