"""Words and what they signal: the lists behind the reading of intents, in one place."""

import re


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; apostrophes, decimal points and currency signs belong to a word."""
    return re.findall(r"[a-z0-9$€£%#]+(?:['.,-][a-z0-9]+)*%?", text.lower().replace("\u2019", "'"))


def listed(text: str) -> frozenset[str]:
    """A set of the words in a text."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a text, parted by slashes."""
    return tuple(" ".join(phrase.split()) for phrase in text.split("/"))


# A yes whatever follows, as long as what follows is short or agrees.
YES_WORDS = listed("yes yep yeah yup ok okay sure agreed approved confirmed absolutely definitely deal")
# A yes only when the sentence ends there: "Perfect!", and not "Perfect pitch matters".
PRAISE_WORDS = listed("perfect great excellent exactly lovely done accepted fine good brilliant awesome nice")
APPROVING_PHRASES = phrases(
    """looks good / look good / looks great / look great / looks perfect / sounds good / sounds great
    / sounds right / looks right / go with that / go with this / go with it / go with these / go with those
    / go ahead / ship it / lock it / lock that in / lock this in / lock them in / i'm happy with
    / i am happy with / we're happy with / we are happy with / works for me / works for us / that works
    / this works / those work / these work / they work / i like it / i like that
    / i love it / love it / we're good
    / we are good / i'm good with / let's do it / let's do this / good to go / i approve
    / we approve / i agree
    / i accept / that's it / that is it / nothing to change / no changes / no further changes
    / don't change anything / do not change anything / all good / sign it off / signed off / use those
    / use these / use that / keep it as it is / keep them / spot on / i can commit
    / we can commit / we commit"""
)
# What may follow a yes without taking it back or adding to it.
AGREEING_WORDS = listed(
    "please thanks thank go ahead do use keep lock ship let's that's this that it commit confirm"
    " proceed continue next"
    " save approve approved perfect good great fine love like works right exactly correct happy agree agreed"
)
SPEAKERS = listed("we i they he she")
POINTING_WORDS = listed("that this it")
NEGATIONS = listed("not no never don't doesn't isn't aren't can't cannot won't nope wouldn't")
TURNS = listed("but except however although though unless only")
AUXILIARIES = listed("should could can would is are do does did will shall")
QUESTION_STARTS = AUXILIARIES | listed("what which who whom whose when where why how")
PLAIN_REQUESTS = listed("suggest propose explain recommend")
REQUESTS = PLAIN_REQUESTS | listed("help give show tell")
PRONOUNS = listed("you we i they it he she the this that there these those our my your")

# Openings that refuse what is on the table.
REFUSING_STARTS = phrases(
    """nope / not yet / not quite / not really / not so fast / wait / hold on / i'd rather / i would rather
    / we'd rather / we would rather / i'd prefer / i would prefer / we'd prefer / start over / let's go back
    / go back / i don't like / i do not like / we don't like / i'm not happy
    / i am not happy / we're not happy
    / i don't think so / almost"""
)
REFUSING_PHRASES = phrases(
    """doesn't feel right / does not feel right / don't like it / don't like that / don't like this
    / do not like it / not there yet / not happy with / i'd rather / i'd prefer / would prefer
    / it's too / it is too / that's too / that is too / this is too / they're too"""
)
# "No" opens a refusal, unless these follow.
AFTER_HARMLESS_NO = listed(
    "idea data baseline numbers number clue one problem changes change further doubt need"
)
CHANGE_VERBS = listed(
    "change replace edit adjust tweak modify remove drop delete revise redo reconsider shorten"
)
REWORD_VERBS = listed("swap rephrase reword rewrite")
COMPARATIVES = listed(
    "tougher harder easier softer shorter longer simpler bolder higher lower sharper clearer"
    " stronger ambitious"
    " specific concrete realistic challenging inspiring"
)
TARGET_VERBS = listed("raise lower increase decrease reduce push bump")
DRAFT_WORDS = listed(
    "first second third fourth fifth last one ones target targets objective kr krs result"
    " results wording number"
    " it that this them draft goal baseline #1 #2 #3 #4 #5 kr1 kr2 kr3 kr4 kr5 okr"
)
COMPLAINTS = phrases(
    """too high / too low / too ambitious / too easy / too hard / too long / too short / too many / too vague
    / too broad / too narrow / too aggressive / too soft / too much / unrealistic / not realistic"""
)
ASKING_STARTS = phrases(
    """can / could / would / will / let's / please / maybe / i'd / i would / we'd / we would / how about
    / what if / i want to / i'd like / we should / should we"""
)
