"""The command line of a Chromium that asks nobody but its proxy, and keeps nothing."""

from __future__ import annotations

_FEATURES_OFF = (
    "AutofillServerCommunication", "BackForwardCache", "CertificateTransparencyComponentUpdater",
    "DialMediaRouteProvider", "DnsOverHttps", "EncryptedClientHello", "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades", "InterestFeedContentSuggestions", "LazyFrameLoading", "MediaRouter",
    "NetworkTimeServiceQuerying", "OptimizationGuideModelDownloading", "OptimizationHints",
    "OptimizationHintsFetching", "PrefetchPrivacyChanges", "Prerender2", "SafeBrowsingEnhancedProtection",
    "Translate", "WebOTP", "WebRtcHideLocalIpsWithMdns",
)  # fmt: skip
_SWITCHES = (
    "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--no-default-browser-check",
    "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-extensions", "--disable-dev-shm-usage",
    "--disable-breakpad", "--disable-domain-reliability", "--disable-client-side-phishing-detection",
    "--metrics-recording-only", "--mute-audio", "--hide-scrollbars", "--no-pings", "--disable-notifications",
    "--password-store=basic", "--use-mock-keychain", "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding", "--disable-hang-monitor",
    "--disable-prompt-on-repost", "--block-new-web-contents", "--deny-permission-prompts",
    "--autoplay-policy=user-gesture-required",
    # Without a proxy for it, WebRTC sends nothing, and looks for no names in the network.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    # Names are resolved by whoever sends the requests.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    # What belongs to no page goes nowhere: the discard port answers nobody.
    "--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>",
)  # fmt: skip


def arguments(*, profile: str, spki: str, sandbox: bool) -> list[str]:
    """The arguments behind the program's name; `spki` is the fingerprint of the key whose certificates are
    trusted."""
    return [
        *_SWITCHES,
        f"--disable-features={','.join(_FEATURES_OFF)}",
        f"--ignore-certificate-errors-spki-list={spki}",
        f"--user-data-dir={profile}",
        *([] if sandbox else ["--no-sandbox"]),
        "about:blank",
    ]
