"""The assistant as LangChain parts."""

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable

from assistant import Answer, Assistant
from assistant.langchain import chain, retriever


def test_the_retriever_gives_documents_whose_text_stands_in_the_corpus(bot: Assistant) -> None:
    found = retriever(bot).invoke("톡톡상담 운영시간")
    assert isinstance(retriever(bot), BaseRetriever)
    assert all(isinstance(document, Document) for document in found)
    first = found[0]
    assert first.metadata["document_id"] == "support-talktalk"
    text = bot.document(first.metadata["document_id"]).text
    assert text[first.metadata["start"] : first.metadata["end"]] == first.page_content


def test_the_chain_answers_text_and_dicts_and_composes(bot: Assistant) -> None:
    runnable = chain(bot)
    assert isinstance(runnable, Runnable)
    plain = runnable.invoke("톡톡상담 운영시간")
    assert isinstance(plain, Answer)
    assert "09:00~18:00" in plain.text
    history = [{"role": "user", "content": "톡톡상담 몇 시까지 해요?"}]
    follow = runnable.invoke({"question": "그럼 점심에는요?", "history": history})
    assert "12:00~13:00" in follow.text
    texts = (runnable | (lambda answer: answer.text)).batch(["도움말 위치", "톡톡상담 운영시간"])
    assert "우측 팝업" in texts[0]
