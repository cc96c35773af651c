//! Calls about a job, which may be repeated at will: they change nothing the second time.

use std::time::Duration;

use tracing::Instrument;

use crate::client::{Call, Core};
use crate::error::Error;
use crate::fault::{Fault, Reply, reply};
use crate::token::Token;

/// How an answer is read.
pub(crate) type Read<T> = fn(Reply, &Token) -> Result<T, Fault>;

/// What a call gave.
#[derive(Debug)]
pub(crate) struct Told<T> {
    pub(crate) what: T,
    /// How often it was tried.
    pub(crate) tries: u32,
    /// How long the server asked to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

impl Core {
    /// One call, one answer. `limit` shortens the timeout.
    pub(crate) async fn once<T>(
        &self,
        call: Call,
        request_id: &str,
        limit: Option<Duration>,
        read: Read<T>,
    ) -> Result<Told<T>, Fault> {
        let mut url = self.base.request(request_id, call.name());
        if call == Call::Result && self.include_cost {
            url.set_query(Some("include_cost=true"));
        }
        let token = self.transport.token();
        let told = match self.transport.call(call.method(), url, None, limit).await {
            Err((failure, source)) => Err(Fault::lost(failure, source)),
            Ok(answer) => reply(answer, token).and_then(|reply| {
                let retry_after = reply.retry_after;
                Ok(Told {
                    what: read(reply, token)?,
                    tries: 1,
                    retry_after,
                })
            }),
        };
        told.map_err(|fault| Fault {
            error: fault.error.with_request_id(request_id),
            ..fault
        })
    }

    /// A call that is repeated as the retry policy says.
    pub(crate) async fn repeated<T>(
        &self,
        call: Call,
        request_id: &str,
        read: Read<T>,
    ) -> Result<Told<T>, Error> {
        let span = tracing::debug_span!("call", call = call.name(), request_id);
        async {
            let mut tries = 1;
            loop {
                let Fault { failure, error } = match self.once(call, request_id, None, read).await {
                    Ok(told) => return Ok(Told { tries, ..told }),
                    Err(fault) => fault,
                };
                let pause = failure
                    .repeats_read()
                    .then(|| self.retry.pause(tries, error.retry_after(), self.chance()))
                    .flatten();
                let Some(pause) = pause else {
                    tracing::debug!(?failure, tries, "the call failed");
                    return Err(error);
                };
                tracing::debug!(?failure, tries, ?pause, "trying again");
                self.clock.sleep(pause).await;
                tries += 1;
            }
        }
        .instrument(span)
        .await
    }
}
