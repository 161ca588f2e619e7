"""Verbs in their base form; inflections and -ise/-ize spellings are derived."""

from typing import Final

from knowledge.rubric.lexicon import tags

VERBS: Final[dict[int, str]] = {
    tags.DELIVER: """
        redo launch implement deploy migrate ship release write publish redesign install integrate
        introduce hire recruit onboard finalise document draft prepare produce upgrade refactor rewrite
        buy purchase procure rebrand revamp overhaul restructure reorganise rebuild configure code program
        prototype film translate digitise adopt complete finish submit file appoint assign distribute send
        update add roll setup relocate outsource standardise formalise compile construct print commission
        decommission sunset replace switch port move provision patch backfill staff relaunch renovate
        refurbish merge containerise dockerise refresh record select choose pick revise amend rename
        upload download import export log repair mount clean photograph transcribe enact open insource
        archive retire decorate assemble fabricate erect furnish fit typeset proofread dub stage bundle
        package label blueprint sketch draw paint tile unveil debut premiere reveal redirect reorder
        requisition lease rent deprecate automate codify customise localise embed template curate set
        rollout execute wireframe
        transfer centralise gamify operationalise productise transition systematise withdraw decentralise
        reengineer reconfigure repurpose cutover stencil
        """,
    tags.ACTIVITY: """
        hold conduct run organise organize host attend interview survey talk meet call contact email post
        blog tweet present share research analyse analyze review audit evaluate investigate plan schedule
        consult help assist participate collect gather test brainstorm discuss explore study read define
        identify map collaborate communicate monitor track report visit facilitate coordinate perform work
        do take support start begin kick spend advertise sponsor demo pitch prioritise assess benchmark
        catalogue inventory outline propose recommend supervise train coach mentor educate teach workshop
        practise practice network pilot experiment inspect observe examine learn watch join follow invest
        prospect negotiate compare estimate groom refine check verify validate ask decide agree
        confirm determine consider debate deliberate listen shadow lobby campaign poll quiz debrief liaise
        touch chase dial text message vlog stream moderate chair convene socialise roleplay rehearse scan
        screen shortlist vet headhunt browse guard patrol travel walk fly commute tour volunteer go put
        order issue apply swap cook bake wash clean speak sing play swim jog cycle eat drink sleep
        meditate journal phone knock hand carry pack unpack load stack sort count calibrate
        lubricate weld wire excavate dig demolish zone notarise incorporate trademark reconcile invoice
        bill quote forward circulate recap minute log file look search peer preach pray knit exercise
        stretch blend brief wireframe storyboard sketch clip edit illustrate animate canvass invite
        announce inform arrange administer allocate abolish accompany adapt adjust advise alter anticipate
        apologise approach attach author broadcast budget calculate cancel cater certify characterise
        clarify classify collate combine compose conclude contribute copy correct critique deactivate
        debug dedicate delegate delete demonstrate describe detail devise diagnose digitalise discard
        dismantle display divide donate elaborate encrypt enlist exchange exhibit extract feature flag
        format found fund gauge graph greet highlight initiate inquire insert institute instruct insure
        interpret invent judge lend link locate manufacture mark match model modify nominate note notify
        orient park preview promise publicise pursue question rearrange reconstruct reformat remind
        remodel replicate reproduce request reserve restock resume revisit rotate route sample scout
        script seal segment sequence service sew shoot showcase simulate solicit specify spot structure
        subscribe substitute suggest summarise suspend synthesise tabulate tag tailor task taste terminate
        thank trace trade transport tune type uninstall view visualise witness query ping bookkeep
        photocopy laminate frame hang decorate emcee kickoff whiteboard ideate iterate huddle caucus
        caption annotate tokenise hotfix backport fork clone rebase lint instrument provision reimage
        reboot restart rerun trial plough sow harvest retrofit refit pave mow prune polish tidy declutter
        sweep mop vacuum haul tow brew ferment distil roast grind solder anodise galvanise shelve
        choreograph sculpt subtitle litigate plead prosecute arbitrate underwrite reinsure prescribe
        dispense neuter microchip invigilate playtest tokenise insulate rewire plumb dredge geocode scrape
        crawl vectorise deduplicate cleanse normalise sanitise disinfect sterilise fertilise irrigate spray
        repot signpost debone garnish knead wrap stitch dye launder merchandise tally palletise unload
        enforce rezone levy subsidise address
        mail appraise argue bid commence confer converse counsel deduct defer disseminate elicit
        embark enquire enumerate envision explain express formulate incubate induct inject itemise jot
        mediate memorise orchestrate originate prep proceed profile quantify restate retell scrub
        spearhead strategise synergise teleconference transmit troubleshoot undertake utilise uncover
        earmark conceptualise familiarise hypothesise diarise doodle livestream hotdesk crowdsource haggle
        """,
    tags.CRAFT: """
        build create develop establish design deliver provide offer form craft shape make foster cultivate
        bring give nurture instil instill lay architect engineer
        """,
    tags.CHANGE: """
        increase grow raise boost rise climb fall slow lift improve reduce decrease cut lower shrink halve
        double triple quadruple accelerate shorten speed minimise maximise expand strengthen enhance
        optimise streamline simplify deepen broaden widen extend scale advance elevate drop trim slash
        lessen eliminate eradicate prevent avoid mitigate stop end curb diversify modernise revitalise
        refine amplify escalate multiply upskill free drive push stabilise consolidate rationalise harden
        tighten sharpen heighten rebalance restore recover remove lose tackle combat fight decarbonise
        save narrow encourage promote stimulate hasten quicken compress ease relieve alleviate fix solve
        unlock jumpstart supercharge turbocharge ramp uplift align
        augment bolster conserve deter diminish intensify harmonise offset overcome rejuvenate reverse
        salvage smooth suppress unify reignite rekindle revive reinvigorate replenish heal soothe calm
        dampen defuse untangle demystify destigmatise humanise professionalise
        """,
    tags.ATTAIN: """
        achieve reach attain hit exceed surpass win earn gain generate secure convert acquire attract get
        obtain receive sign close book sell land capture penetrate enter activate score rank beat
        outperform outpace retain pass realise upsell renew reactivate enrol enroll have see register
        monetise monetize break bag source qualify graduate fill place rescue feed house vaccinate treat
        cure plant recycle divert cross weigh rehome rehabilitate
        reap regain recoup recapture clinch snag pocket
        """,
    tags.SERVE: """
        resolve respond answer process reply fulfil fulfill acknowledge dispatch serve handle triage
        deliver return pay detect
        """,
    tags.ASPIRE: """
        become delight transform lead dominate inspire empower revolutionise redefine own be turn reinvent
        disrupt wow thrill excite champion pioneer conquer master excel ensure guarantee enable position
        unite rally ignite unleash reimagine love differentiate celebrate elevate strive succeed seek aim
        nail crush rock rule shine thrive flourish trust prove rise compete attract protect safeguard
        evolve democratise amaze dazzle spark embrace equip connect
        mobilise motivate reshape reassure impress honour value welcome energise electrify captivate
        enchant charm surprise persuade convince belong matter
        """,
    tags.ROUTINE: """
        maintain continue keep sustain operate manage oversee administer preserve uphold remain stay
        handle support process pay
        """,
}

IRREGULAR: Final[dict[str, str]] = {
    "grew": "grow",
    "grown": "grow",
    "wrote": "write",
    "written": "write",
    "rewrote": "rewrite",
    "rewritten": "rewrite",
    "ran": "run",
    "held": "hold",
    "met": "meet",
    "built": "build",
    "rebuilt": "rebuild",
    "made": "make",
    "won": "win",
    "sold": "sell",
    "kept": "keep",
    "led": "lead",
    "sent": "send",
    "bought": "buy",
    "taught": "teach",
    "drove": "drive",
    "driven": "drive",
    "became": "become",
    "spent": "spend",
    "gave": "give",
    "given": "give",
    "brought": "bring",
    "got": "get",
    "lost": "lose",
    "beat": "beat",
    "beaten": "beat",
    "cut": "cut",
    "hit": "hit",
    "set": "set",
    "put": "put",
    "read": "read",
    "began": "begin",
    "begun": "begin",
    "paid": "pay",
    "saw": "see",
    "seen": "see",
    "fed": "feed",
    "shrunk": "shrink",
    "shrank": "shrink",
    "rose": "rise",
    "risen": "rise",
    "is": "be",
    "are": "be",
    "has": "have",
    "broke": "break",
    "broken": "break",
    "learnt": "learn",
    "recruited": "recruit",
}
