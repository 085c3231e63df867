"""README's chain and agent, run with a model on a real server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from llm_server import calls, says, serving

import assistant
from assistant import Assistant

pytest.importorskip("langchain_openai")

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
CODE = next(
    code
    for code in re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    if "create_agent" in code
)


def test_readmes_chain_and_agent_answer_from_the_passages(
    bot: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain.chat_models import init_chat_model

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(assistant, "_default", lambda: bot)
    monkeypatch.setenv("ASSISTANT_DATA", str(bot.settings.data))
    names: dict[str, Any] = {}
    exec(CODE, names)
    with serving() as server:
        model = init_chat_model("openai:test", base_url=server.url, api_key="none")
        chain, agent = names["with_model"](model)

        server.behaviours = [says("평일 09:00~18:00입니다.")]
        assert chain.invoke("톡톡상담 운영시간").text == "평일 09:00~18:00입니다."
        assert "톡톡상담은 평일 09:00~18:00에 운영합니다." in server.prompt()

        server.behaviours = [
            calls("smartstore", question="톡톡상담 운영시간"),
            says("톡톡상담은 평일 18:00까지입니다."),
        ]
        messages = agent.invoke({"messages": [("user", "톡톡상담 몇 시까지 해요?")]})["messages"]
    assert messages[-1].text == "톡톡상담은 평일 18:00까지입니다."
    assert "다음 지원 채널: 톡톡상담" in messages[-2].text
