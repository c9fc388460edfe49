"""Do the components that a user's settings name work with an archive? What does not is refused at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.utils.conf import build_component_list
from scrapy.utils.misc import load_object

from newscrawl.errors import UsageError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

#: What a page has to pass through, in this order, before its URL is settled.
STAGES = (
    "newscrawl.pipelines.extract.ExtractPipeline",
    "newscrawl.pipelines.normalise.NormalisePipeline",
    "newscrawl.pipelines.validate.ValidatePipeline",
    "newscrawl.pipelines.store.StorePipeline",
)
#: Settles the URLs of pages that other pipelines drop.
OUTCOMES = "newscrawl.extensions.outcomes.Outcomes"
PROCESSOR = "newscrawl.pipelines.processor.ItemProcessor"
#: Settings with components that are loaded when the crawl starts.
_LISTS = ("ITEM_PIPELINES", "EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES")


def require_capture(settings: BaseSettings) -> None:
    """Raise UsageError where an answer could reach a spider without being captured."""
    if settings.getbool("HTTPCACHE_ENABLED"):
        raise UsageError("HTTPCACHE_ENABLED: a cached answer is not captured; set it to False")
    for scheme, handler in settings.getwithbase("DOWNLOAD_HANDLERS").items():
        if scheme not in ("http", "https") or handler is None:
            continue
        if not getattr(_loaded("DOWNLOAD_HANDLERS", handler), "captures", False):
            raise UsageError(
                f"DOWNLOAD_HANDLERS: {_name(handler)} does not capture what it downloads:"
                f" leave {scheme} to newscrawl.wire.handler.CaptureHandler, or derive from it"
            )


def require_components(settings: BaseSettings) -> None:
    """Raise UsageError for a component that cannot be imported."""
    for setting in _LISTS:
        for component in _components(settings, setting):
            _loaded(setting, component)


def require_stages(settings: BaseSettings) -> None:
    """Raise UsageError where a page of a crawl could end without its URL being settled."""
    loaded = [_loaded("ITEM_PIPELINES", each) for each in _components(settings, "ITEM_PIPELINES")]
    places = []
    for stage in STAGES:
        if load_object(stage) not in loaded:
            raise UsageError(f"ITEM_PIPELINES: {stage} may not be left out")
        places.append(loaded.index(load_object(stage)))
    if places != sorted(places):
        raise UsageError(f"ITEM_PIPELINES: these stay in this order: {', '.join(STAGES)}")
    extensions = [_loaded("EXTENSIONS", each) for each in _components(settings, "EXTENSIONS")]
    if load_object(OUTCOMES) not in extensions:
        raise UsageError(f"EXTENSIONS: {OUTCOMES} may not be left out")
    if not issubclass(
        _loaded("ITEM_PROCESSOR", settings["ITEM_PROCESSOR"]), load_object(PROCESSOR)
    ):
        raise UsageError(f"ITEM_PROCESSOR: leave it to {PROCESSOR}, or derive from it")


def _components(settings: BaseSettings, setting: str) -> list[Any]:
    try:
        return build_component_list(settings.get_component_priority_dict_with_base(setting))
    except (ImportError, NameError, ValueError) as error:
        raise UsageError(f"{setting}: {error}{_hint(error)}") from error


def _loaded(setting: str, component: Any) -> Any:
    try:
        return load_object(component)
    except (ImportError, NameError, ValueError) as error:
        raise UsageError(f"{setting}: {_name(component)}: {error}{_hint(error)}") from error


def _hint(error: Exception) -> str:
    if not isinstance(error, ModuleNotFoundError):
        return ""
    return " (PYTHONPATH names the folders of your own modules)"


def _name(component: Any) -> str:
    if isinstance(component, str):
        return component
    return f"{component.__module__}.{component.__qualname__}"
