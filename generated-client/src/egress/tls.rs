//! The TLS library.

/// Why `https` is not available.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum TlsError {
    /// No TLS feature is enabled.
    #[error("built without TLS: enable the feature `tls-ring`")]
    #[cfg(not(feature = "tls-no-provider"))]
    NoTls,
    /// The program has installed no crypto provider.
    #[error(
        "there is no crypto provider for TLS: enable the feature `tls-ring`, or install one with \
         `rustls::crypto::CryptoProvider::install_default`"
    )]
    #[cfg(feature = "tls-no-provider")]
    NoProvider,
}

/// Makes sure that `https` is available. With the feature `tls-ring`, ring becomes the crypto
/// provider of rustls unless the program has installed one.
pub(crate) fn set_up_tls() -> Result<(), TlsError> {
    #[cfg(not(feature = "tls-no-provider"))]
    return Err(TlsError::NoTls);
    #[cfg(feature = "tls-no-provider")]
    {
        use rustls::crypto::CryptoProvider;

        #[cfg(feature = "tls-ring")]
        if CryptoProvider::get_default().is_none() {
            // Fails only if another thread has installed a provider in the meantime. That one is used then.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        match CryptoProvider::get_default() {
            Some(_) => Ok(()),
            None => Err(TlsError::NoProvider),
        }
    }
}
