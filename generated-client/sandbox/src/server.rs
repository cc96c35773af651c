//! Connections. The server has its own accept loop, because a reset needs the socket itself.

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::apply::ResetConnection;
use crate::shared::Shared;

/// Time until the next attempt when the system has no connection to give, such as for want of files.
const BREATH: Duration = Duration::from_millis(20);

/// Accepts connections until it is dropped, and all of them with it.
pub(crate) async fn accept(listener: TcpListener, shared: Arc<Shared>, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if reset_at_once(&shared) => reset(&stream),
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, router.clone()));
                }
                Err(_) => tokio::time::sleep(BREATH).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Counts a connection, and says whether the plan is to reset it unread.
fn reset_at_once(shared: &Shared) -> bool {
    let mut state = shared.state();
    state.records.stats.connections += 1;
    let planned = state.resets > 0;
    if planned {
        state.resets -= 1;
        state.records.stats.faults += 1;
    }
    planned
}

/// Makes the coming close a TCP reset. Where the system refuses, it stays a plain close.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

/// The service's way of giving no answer.
#[derive(Debug, thiserror::Error)]
#[error("planned reset of the connection")]
struct Reset;

/// Serves one connection to its end.
async fn serve(stream: TcpStream, router: Router) {
    // Each byte of a slow answer is to leave by itself.
    let _ = stream.set_nodelay(true);
    let planned = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (router, planned) = (router.clone(), planned.clone());
        Box::pin(async move {
            let answer: Result<_, Infallible> = router.oneshot(request.map(Body::new)).await;
            let Ok(response) = answer;
            if response.extensions().get::<ResetConnection>().is_some() {
                planned.store(true, Ordering::Relaxed);
                return Err(Reset);
            }
            Ok(response)
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // Without a shutdown: an orderly end ahead of the reset would be read as the end of the answer.
    // How a connection fails is the client's affair, and what the log is for.
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    if planned.load(Ordering::Relaxed) {
        reset(connection.into_parts().io.inner());
    }
}
