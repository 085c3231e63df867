"""Comparing runs: what changed, whether it is more than noise, which questions flipped."""

import numpy as np

from evals.compare import compare
from evals.examine import Examined
from evals.summary import comparison_lines


class NoCitations(Examined):
    """Answers without showing where they come from."""

    def answer(self, *args, **kwargs):
        return super().answer(*args, **kwargs).model_copy(update={"citations": ()})


def test_a_run_compared_with_itself_has_no_changes(fast_run) -> None:
    found = compare(fast_run, fast_run)
    assert {change.verdict for change in found.changes} == {"same"}
    assert found.flips == ()
    assert found.only_old == found.only_new == 0


def test_what_became_worse_is_significant_and_its_questions_are_listed(
    fast_run, rerun, built_settings
) -> None:
    broken = rerun(NoCitations(built_settings))
    found = compare(fast_run, broken)
    verdicts = {change.metric: change.verdict for change in found.changes}
    assert verdicts["cited"] == verdicts["fact_in_quote"] == "worse"
    assert verdicts["channel"] == verdicts["recall_at_5"] == "same"
    lost = [record for record in fast_run.records() if record.scores.get("cited")]
    assert {flip.id for flip in found.flips if flip.metric == "cited"} == {r.id for r in lost}
    assert not any(flip.better for flip in found.flips)
    back = {change.metric: change for change in compare(broken, fast_run).changes}
    assert back["cited"].verdict == "better"
    kept = [r.scores["cited"] for r in fast_run.records() if "cited" in r.scores]
    assert back["cited"].by == np.mean(kept)
    lines = list(comparison_lines(found, 2))
    assert lines[0].startswith("나빠짐: ")
    assert any(line.startswith("  … 그 밖에") for line in lines)
