"""Nouns in the singular, with what they are to the rubric; plurals are derived."""

from typing import Final

from knowledge.rubric.lexicon import tags

NOUNS: Final[dict[int, str]] = {
    tags.METRIC: """
        rate score ratio nps csat enps ces latency uptime downtime throughput velocity coverage accuracy
        precision recall yield turnover attrition absenteeism occupancy utilisation penetration adoption
        conversion ctr cpc cpa cac ltv clv arpu arppu aov roi roas ebit gmv kpi dso nrr grr acv tcv wau
        mau dau mql sql bounce abandonment response resolution backlog lifetime frequency share volume
        traffic spend price rating index percentile average median mean number count percentage level
        amount size length duration time speed wait mttr mtbf rto rpo slo sla error incident outage defect
        bug complaint escalation refund injury accident emission waste consumption mortality readmission
        infection relapse vacancy literacy attendance completion graduation enrolment tolerance variance
        deviation deficit debt burn runway inventory stock shrinkage scrap rework return chargeback fraud
        crash vulnerability breach ranking position quota attainment pipeline forecast hit dwell visit
        stickiness dropout usage delivery fatality dosage calory energy water carbon co2 mpg footfall
        finding violation nonconformity objection
        basket mrr participation satisfaction retention engagement churn revenue profit profitability
        margin sale sales income earning ebitda arr cost expense overhead cash liquidity valuation
        awareness capacity productivity efficiency quality growth wellbeing reliability availability
        stability reach sentiment recognition preference consideration intent recommendation referral
        absence adherence arrears cancellation clarity contamination cashflow crime damage death exposure
        failure fatigue humidity illness incidence intensity leakage leak loss mileage mobility noise
        overdraft oxygen pace pain pollution punctuality redundancy reuse spoilage spillage
        strength surplus survival symptom temperature theft thickness unemployment wage warranty weight
        workload shortage interruption delinquency backorder concentration departure resignation
        withdrawal rejection refusal overrun slippage markdown mishap fall headway dividend bandwidth
        heartrate cholesterol glucose bodyfat pulse endurance flexibility purity density acidity
        proficiency fluency readability findability discoverability deliverability sellthrough footprint
        """,
    tags.RESULT: """
        customer user client subscriber member lead deal sale account partner partnership signup
        registration download install order unit booking reservation purchase transaction donation donor
        volunteer patient student learner applicant application candidate attendee participant visitor
        buyer shopper tenant guest passenger rider driver contract opportunity sqls mqls trial referral
        review testimonial recommendation mention placement award citation backlink case dollar euro pound
        merchant seller supplier distributor dealer reseller market country city region store household
        family child citizen resident farmer vendor sponsor investor advocate ambassador champion promoter
        follower fan viewer reader listener player gamer developer tester contributor star fork repo
        organisation organization company business enterprise subscription renewal seat license licence
        policyholder franchise franchisee acceptance inquiry enquiry prospect bed meal tree tonne ton
        kilogram kilometre mile kilowatt mwh hectare litre vehicle home house apartment job animal vote
        voter mentor school hospital clinic university municipality bank retailer agency hotel farm
        dealership connection request endorsement bid tender match ride rental employer smallholder
        recruit pledge petition signature referee ticket appointment demo certification accreditation
        patent publication grant winner beneficiary scholarship resell vulnerability outage incident
        defect escape error
        parcel shipment payment prize medal diploma listing respondent village town district province
        island church restaurant cafe pharmacy museum bakery gym theatre theater charity ministry loan
        mortgage membership nomination redemption admission licensee wholesaler stockist outlet
        vaccination transplant adoption rescue conviction settlement pickup checkout upsell handover
        """,
    tags.PEOPLE: """
        customer user client subscriber member patient student learner guest employee colleague teammate
        team people staff citizen resident community partner developer engineer shopper buyer visitor
        passenger traveller traveler driver rider parent family child pupil teacher nurse doctor clinician
        donor volunteer beneficiary farmer merchant seller supplier investor shareholder stakeholder
        manager leader talent workforce audience fan player reader listener viewer newcomer joiner
        business enterprise startup smb sme marketer designer freelancer founder human woman women
        consumer household firm maker artisan carpenter shop tenant neighbour neighborhood neighbourhood
        society candidate applicant graduate athlete runner homeowner borrower policyholder voter youth
        journalist pensioner teenager refugee veteran public analyst smallholder adult senior
        villager worker nation humanity everyone
        world planet
        actor adviser advisor alumni artist auditor caregiver cashier caterer chef civilian clerk creator
        cyclist dancer dealer dentist entrepreneur friend gardener guardian hiker immigrant inhabitant
        instructor juror kid labourer landlord librarian mentee midwife migrant miner minority mother
        father newborn owner pedestrian performer physician politician prisoner professor psychologist
        recipient reporter respondent retiree researcher sailor scholar singer soldier spouse stranger
        supervisor surgeon taxpayer teen therapist tourist trainee trainer victim waiter commuter barista
        electrician plumber mechanic builder welder baker brewer grower fisherman shepherd photographer
        musician composer illustrator translator interpreter lecturer tutor widow orphan survivor patron
        parishioner believer pilgrim camper skier swimmer golfer gymnast juniors novice beginner amateur
        professional counsellor physiotherapist paramedic firefighter dispatcher conductor courier trucker
        captain crew foreman craftsman mayor councillor diplomat clergy priest bride retailer wholesaler
        publisher broker underwriter claimant debtor creditor saver depositor cardholder payer activist
        campaigner
        """,
    tags.OUTCOME: """
        satisfaction retention loyalty engagement adoption growth revenue profit profitability margin
        awareness experience trust confidence reputation culture health wellbeing wellness safety security
        reliability resilience stability quality performance efficiency productivity accessibility
        innovation excellence success value impact sustainability diversity inclusion equity belonging
        morale happiness motivation collaboration transparency alignment autonomy ownership capability
        market leadership position presence brand relationship advocacy traffic demand visibility
        conversion acquisition activation onboarding churn cost waste emission footprint carbon risk debt
        expense time speed agility velocity throughput uptime downtime availability latency scalability
        usability simplicity convenience ease fit sale income earning cash funding liquidity runway
        fundraising donation outcome result life learning skill knowledge literacy readiness compliance
        accuracy consistency predictability maintainability observability competitiveness differentiation
        penetration share deal win renewal referral recognition credibility thought authority hygiene
        sleep fitness nutrition hunger poverty access opportunity equality turnover attrition absenteeism
        burnout stress injury accident incident defect bug error outage friction effort complexity silo
        bottleneck delay queue backlog wait turnaround usage stickiness virality reach privacy protection
        employability attractiveness talent workplace environment climate biodiversity neutrality
        independence dignity freedom fairness peace need expectation potential future lifestyle
        ability achievement affordability belief benefit comfort competence courage creativity curiosity
        dedication desire ethics empathy enthusiasm expertise faith fame focus friendship fun governance
        harm honesty hope identity immunity influence inspiration integrity intelligence interest justice
        joy legacy liberty mastery memory momentum mood nature passion patience pleasure power pride
        prosperity purpose recovery relevance relief respect responsibility spirit truth unity vision
        vitality warmth wealth welfare wisdom wonder anxiety bias chaos conflict congestion confusion
        danger decline discrimination disease distraction distress disruption disturbance doubt drought
        emergency exclusion fear flood grief hazard isolation loneliness obesity obstacle scarcity smoke
        spam stigma suffering suspicion tension threat trouble violence weakness worry solidarity kindness
        candour candor openness calm serenity tranquillity dialogue cohesion participation citizenship
        heritage craftsmanship fluency proficiency punctuality hospitality tourism pollution noise crime
        theft illness pain survival mobility unemployment affluence cleanliness tidiness discipline
        professionalism teamwork cooperation excitement delight attention
        """,
    tags.DELIVERABLE: """
        website site page app application feature product platform system tool software crm erp dashboard
        report document documentation deck presentation slide plan roadmap strategy framework policy
        procedure process guideline guide playbook handbook manual wiki template checklist spreadsheet
        database warehouse infrastructure server cluster cloud api sdk library component module
        integration plugin widget chatbot bot algorithm prototype mvp mockup wireframe design rebrand
        brochure flyer video podcast episode blog article post newsletter email ebook whitepaper paper
        infographic ad advert advertisement banner billboard logo item laptop computer phone device van
        truck lease scheme bonus story task tutorial poster map journey milestone deliverable project
        initiative release version update upgrade migration deployment rollout implementation installation
        program programme curriculum course lesson survey questionnaire form portal intranet forum
        extension package repository commit branch test suite script environment kubernetes salesforce
        hubspot jira workday sap slack aws azure gcp react jenkins terraform docker oracle sharepoint
        zendesk tableau snowflake netsuite marketo agenda proposal specification requirement persona
        charter calendar schedule faq landing office headquarters premises studio lab building facility
        kiosk machine backend frontend mainframe monolith microservice vpn firewall helpdesk functionality
        content material asset collateral catalogue catalog statement method methodology tracker scorecard
        recommendation okr kpi glossary style sop recipe menu merch swag shirt button screen icon theme
        redesign blueprint leaflet sticker signage jingle trailer teaser clip reel photo photograph
        picture graphic drawing sculpture song album book thesis essay editorial memo letter postcard
        invitation receipt kit toolkit bundle epic subtask spike poc sandbox container notebook dataset
        schema endpoint webhook connector adapter firmware hardware sensor robot drone router printer
        scanner camera monitor desk chair playground committee taskforce council guild hotline helpline
        mailbox registry log archive vault backup patch ide compiler parser scraper crawler bookshelf
        cabinet fixture slogan tagline headline mascot uniform badge runbook postmortem adr rfc rfp spec
        storyboard carousel tweet thread livestream stream vlog quiz puzzle booklet pamphlet magazine
        phase pmo card
        planner timetable clause bylaw ordinance syllabus worksheet flashcard rubric handout prompt macro
        formula chart diagram flowchart timeline gantt floorplan automation workflow posting creative
        keyword hashtag bio profile
        alarm ambulance barrier battery bench bicycle bike boat brick bus cabin cable carrier cart counter
        drawer edition elevator engine equipment fabric fence folder furniture garage generator gift
        guidance heater insulation interface lamp lantern list machinery manuscript mechanism meter
        mirror movie narrative notice notification novel panel pipe pipeline plaque playlist poem protocol
        pump rack ramp reminder satellite shed shelf solution stall storage summary tablet tank tape
        taxonomy technology tent textbook token toolbox tower toy tray tube valve wall window hedge
        tractor excavator crane lorry minibus wheelchair stretcher ventilator dispenser detector
        thermostat boiler radiator turbine locker bookcase projector headset modem antenna transmitter
        locomotive carriage wagon hull fryer oven fridge freezer dishwasher mower seedling fertiliser
        pesticide feed saddle harness jersey boot helmet glove goggle stationery letterhead envelope stamp
        voucher coupon rosette trophy certificate transcript portfolio moodboard lookbook swatch pattern
        mould mold die jig appliance gadget accessory sofa mattress carpet curtain wallpaper tilework
        fountain statue mural hoarding kerb pavement cycleway footpath staircase lift canopy awning
        pergola greenhouse barn stable kennel aviary aquarium pond reservoir dam culvert sewer manhole
        """,
    tags.EVENT: """
        meeting workshop session interview call webinar event conference training campaign experiment
        sprint review retrospective standup hackathon demo demonstration seminar roundtable meetup survey
        audit visit trip tour lunch dinner party offsite retreat townhall assessment analysis research
        study test pilot brainstorming checkin presentation talk keynote speech briefing consultation
        appointment outreach promotion giveaway contest launch exercise drill lecture masterclass bootcamp
        huddle symposium panel inspection photoshoot tradeshow exhibition activity action discussion
        conversation coaching mentoring class chat teardown brunch gala ceremony celebration raffle
        congress auction lesson rehearsal
        concert reading screening viewing tasting walkthrough refresher roundup
        assembly competition decision enquiry evaluation exam examination excursion expedition
        festival forum hearing inauguration intervention mission negotiation observation orientation
        parade preparation race rally recruitment reconciliation reform rotation round selection summit
        tournament transformation vacation wedding picnic barbecue potluck sleepover hike hunt safari
        cruise fundraiser bazaar jumble regatta derby gymkhana recital vernissage quizshow flashmob
        ideation sync postmortem premortem backtest walkabout gemba toolbox simulation dryrun
        """,
    tags.STAFF: """
        engineer developer salesperson salespeople rep representative sdr bdr ae manager director role
        vacancy opening designer marketer recruiter analyst accountant consultant intern contractor agent
        assistant specialist scientist technician administrator coordinator executive vp cto cfo cmo coo
        head hire employee staff headcount person programmer architect writer copywriter nurse doctor
        teacher lawyer officer operator freelancer apprentice sre pm fte
        """,
    tags.INPUT: """
        budget money hour effort spend resource investment overtime
        """,
    tags.VANITY: """
        follower impression pageview retweet upvote clap download
        """,
    tags.LAGGING: """
        revenue profit profitability margin ebitda ebit arr mrr churn nps csat enps sale income earning
        turnover share attrition retention satisfaction ltv gmv valuation cost mortality renewal roi
        growth bookings
        """,
    tags.GENERIC: """
        thing stuff progress money success excellence improvement change level difference goal target
        business company organisation organization performance work job communication process department
        area everything something anything operation team result way aspect issue project product service
        website marketing sale practice activity management situation life matter effort function side
        procedure system site app tool strategy
        condition element entity factor kind piece point problem reason section subject variety topic
        """,
    tags.FUZZY: """
        efficiency productivity quality performance innovation communication collaboration morale
        awareness culture happiness effectiveness excellence agility synergy alignment visibility
        engagement experience capability maturity success wellness health relationship impact creativity
        transparency teamwork leadership perception reputation usability
        """,
    tags.OUTSIDE: """
        competitor weather economy legislation government regulator pandemic tariff inflation stockmarket
        parliament congress senate election rival
        """,
    tags.PLACE: """
        europe asia africa america americas emea apac latam germany france spain italy india china japan
        brazil canada mexico australia uk us usa dach nordics benelux scandinavia midmarket region country
        city global international worldwide nationwide overseas abroad segment vertical category industry
        sector niche territory local rural urban
        beach border coast continent harbour suburb valley north south east west alps balkans iberia
        scotland wales ireland england switzerland austria poland portugal netherlands belgium sweden
        norway denmark finland turkey greece nigeria kenya egypt indonesia vietnam thailand singapore
        malaysia philippines korea argentina chile colombia peru texas california london berlin paris
        madrid
        """,
}
