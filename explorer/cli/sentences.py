"""``sentences``: what a language model finds of sentences, beside a bigram and a trigram, and how it goes on itself."""

from __future__ import annotations

import argparse
from typing import Any

from explorer.cli.arguments import count, step
from explorer.cli.options import DONE, STATUSES, add_language, add_source, exploration_told, parser_of
from explorer.cli.saying import PROGRAM, say, speak, tr
from explorer.engine.errors import Refusal

_DOES = "Weigh sentences by a trained language model, beside a bigram and a trigram, or let it go on by itself."


def sentences(words: list[str]) -> int:
    """Run the command with its ``words``; return the exit code."""
    parser = parser_of("sentences", _DOES, _HELP)
    add_source(parser)
    parser.add_argument(
        "--text", action="append", default=[], metavar="SENTENCE", help="one to be weighed; as often as needed"
    )
    parser.add_argument(
        "--go-on", metavar="BEGINNING", help="let the network go on from this text, fed what it says itself"
    )
    parser.add_argument(
        "--symbols", type=count, default=30, metavar="N", help="with --go-on: so many at most (default: 30)"
    )
    parser.add_argument("--seed", type=step, metavar="N", help="with --go-on: the seed of what is drawn")
    parser.add_argument("--temperature", type=float, metavar="X", help="with --go-on: how bold it draws")
    parser.add_argument(
        "--likeliest", action="store_true", help="with --go-on: the most probable symbol, nothing is drawn"
    )
    add_language(parser)
    asked = parser.parse_args(words)
    speak(asked.lang)
    exploration = _of_language(asked)
    if asked.go_on is not None:
        say(_gone_on(asked, exploration))
    if asked.text or asked.go_on is None:
        _weigh(asked, exploration)
    return DONE


def _of_language(asked: argparse.Namespace) -> Any:
    """Return the exploration asked for.

    Raises
    ------
    Refusal
        If its network is no language model.
    """
    from explorer.workspace.looks.candidates import is_language_model

    exploration = exploration_told(asked)
    if not is_language_model(exploration):
        raise Refusal(
            "The network is no language model: its task must be the next word or the next character of a text."
        )
    return exploration


def _network(exploration: Any) -> Any:
    from explorer.workspace.exploration.building import build
    from explorer.workspace.feed.sequences import feed

    return build(exploration.recipe, len(feed(exploration.sequence).columns))


def _gone_on(asked: argparse.Namespace, exploration: Any) -> str:
    from explorer.workspace.exploration.building import initial_state
    from explorer.workspace.looks.tryout import continued, with_typed

    changes = {"draw": asked.seed, "temperature": asked.temperature}
    lens = {name: value for name, value in changes.items() if value is not None}
    if asked.likeliest:
        lens["likeliest"] = True
    told = with_typed(exploration.with_lens(**lens), asked.go_on)
    network = _network(told)
    gone: Any = continued(told, network, initial_state(told.recipe, network), asked.symbols).sequence
    return str(gone.text)


def _weigh(asked: argparse.Namespace, exploration: Any) -> None:
    """Say a line of figures for each sentence, and one for what is held out."""
    from explorer.workspace.looks.candidates import MODELS, candidates_of, weighed

    if asked.text:
        exploration = exploration.with_lens(candidates="\n".join(asked.text))
    if not candidates_of(exploration):
        raise Refusal("There is no sentence to be weighed: give some with --text.")
    *_, found = weighed(exploration, _network(exploration))
    say("\t".join(("", *(f"ln P {name}\tperplexity {name}" for name in MODELS))))
    for one in found.likelihoods:
        figures = (f"{one.log[m]:.4f}\t{one.perplexity(m):.4f}" for m in range(len(MODELS)))
        say("\t".join((one.text, *figures)))
    say("\t".join((tr("held-out text, perplexity"), *(f"\t{value:.4f}" for value in found.held_out))))


_HELP = f"""Of each sentence stand, apart by tabs, ln P in nats and the perplexity by the network, a bigram and a trigram.
The latter count what the network learns from, smoothed by Witten and Bell's interpolation. Without --text the
sentences that are saved in the file are weighed.

examples:
  {PROGRAM} sentences words.gflow --text "the dogs sing." --text "the dogs sings."
  {PROGRAM} sentences words.gflow --go-on "the dogs" --seed 3 --temperature 0.7

{STATUSES}"""
