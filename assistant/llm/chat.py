"""The chat model that the settings name, made by LangChain's ``init_chat_model``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant import texts
from assistant.settings import Settings
from corpus import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NO_KEY = "none"  # servers of one's own often want none, but the client insists on one
_TOKEN_LIMIT = {"ollama": "num_predict"}  # other providers take LangChain's standard name


def chat_model(settings: Settings) -> BaseChatModel:
    """The model, at temperature 0 and without retries of its own (`stream` has them).

    A server named by ``llm_base_url`` is sent the key of these settings only: the provider's own
    variable holds a key for the provider, and no other host is to see it.

    Raises:
        SettingsError: a package is missing, or the model cannot be made from these settings.
    """
    from langchain.chat_models import init_chat_model

    assert settings.llm is not None
    try:
        model: BaseChatModel = init_chat_model(settings.llm, **_options(settings))
    except ImportError as error:
        package = _package(settings.llm)
        raise SettingsError(
            texts.LLM_PACKAGE.format(llm=settings.llm),
            name="llm",
            hint=texts.LLM_PACKAGE_HINT.format(package=package),
        ) from error
    except Exception as error:
        # Each provider has its own kind of error for a missing key or an unknown model; its text
        # is left out, since it may repeat the key.
        raise SettingsError(
            texts.LLM_UNUSABLE.format(llm=settings.llm, kind=type(error).__name__),
            name="llm",
            hint=texts.LLM_UNUSABLE_HINT,
        ) from error
    return model


def _options(settings: Settings) -> dict[str, Any]:
    provider = (settings.llm or "").partition(":")[0]
    options: dict[str, Any] = {
        "temperature": 0,
        _TOKEN_LIMIT.get(provider, "max_tokens"): settings.llm_max_tokens,
        "timeout": settings.llm_timeout,
        "max_retries": 0,
        "disable_streaming": not settings.llm_stream,
    }
    if settings.llm_base_url:
        options |= {"base_url": settings.llm_base_url, "api_key": NO_KEY}
    if settings.llm_api_key:
        options["api_key"] = settings.llm_api_key.get_secret_value()
    return options


def _package(llm: str) -> str:
    """What to install for a provider: the one that we test comes as our own extra."""
    provider = llm.partition(":")[0]
    if provider == "openai" or provider == llm:
        return "smartstore-assistant[llm]"
    return f"langchain-{provider.replace('_', '-')}"
