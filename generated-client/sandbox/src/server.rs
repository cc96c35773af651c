//! Accepts and serves connections. A custom accept loop replaces `axum::serve`, because resetting a
//! connection requires access to its socket.

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

use crate::faults::ResetConnection;
use crate::state::ServerState;

/// The delay after a failed accept, for example when the process has too many open files.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(20);

/// Accepts and serves connections. Dropping the future closes all of them.
pub(crate) async fn serve(listener: TcpListener, state: Arc<ServerState>, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) if count_connection(&state) => reset(&stream),
                Ok((stream, _)) => {
                    connections.spawn(serve_connection(stream, router.clone()));
                }
                Err(_) => tokio::time::sleep(ACCEPT_RETRY_DELAY).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Counts a connection. Returns whether it is to be reset before anything is read.
fn count_connection(state: &ServerState) -> bool {
    let mut state = state.lock();
    state.log.stats.connections += 1;
    let is_reset = state.resets > 0;
    if is_reset {
        state.resets -= 1;
        state.log.stats.faults += 1;
    }
    is_reset
}

/// Sets a socket option so that closing the connection sends a TCP reset. Best effort: if the option
/// cannot be set, the connection is closed regularly.
fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

/// The error with which the service ends a connection without a response.
#[derive(Debug, thiserror::Error)]
#[error("planned reset of the connection")]
struct PlannedReset;

/// Serves one connection until it ends.
async fn serve_connection(stream: TcpStream, router: Router) {
    // Without Nagle's algorithm, each byte of a slow response is sent separately.
    let _ = stream.set_nodelay(true);
    let is_reset = Arc::new(AtomicBool::new(false));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (router, is_reset) = (router.clone(), is_reset.clone());
        Box::pin(async move {
            let response: Result<_, Infallible> = router.oneshot(request.map(Body::new)).await;
            let Ok(response) = response;
            if response.extensions().get::<ResetConnection>().is_some() {
                is_reset.store(true, Ordering::Relaxed);
                return Err(PlannedReset);
            }
            Ok(response)
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // The socket is not shut down: to clients, an orderly shutdown before the reset would look like the
    // end of the response. Connection errors are ignored, because they concern only the client.
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    if is_reset.load(Ordering::Relaxed) {
        reset(connection.into_parts().io.inner());
    }
}
