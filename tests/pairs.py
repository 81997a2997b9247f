"""Pairs of posts with the right answer: a later post is a repeat only when it brings nothing new.

Companies, people and places are invented.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Text:
    """Title and body are HTML as WordPress gives it, day counts from the earlier post."""

    title: str
    body: str
    day: float = 0.0


@dataclass(frozen=True)
class Pair:
    """Two posts, and whether readers should see the earlier one alone.

    named: the issue itself speaks of the case.
    """

    name: str
    earlier: Text
    later: Text
    same: bool
    named: bool = False


Prose = tuple[str, ...]
"""The paragraphs of a text."""


def prose(text: str, joint: str = " ") -> Prose:
    """Paragraphs stand between blank lines; joint is what a line break within one stands for."""
    return tuple(joint.join(paragraph.split("\n")) for paragraph in text.strip().split("\n\n"))


def html(*paragraphs: str) -> str:
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs) + "\n"


def blocks(*paragraphs: str) -> str:
    """The same as an editor with many buttons leaves it."""
    return "\n\n\n".join(
        f'<div class="wp-block-group"><p class="has-text">\n\t<span>{paragraph}</span>\n</p></div>'
        for paragraph in paragraphs
    )


def figure(image: str, caption: str = "") -> str:
    text = f'<figcaption class="wp-element-caption">{caption}</figcaption>' if caption else ""
    source = f"https://news.example/uploads/{image}.jpg"
    return f'<figure class="wp-block-image size-large"><img src="{source}" alt=""/>{text}</figure>\n'


def dated(dateline: str, paragraphs: Prose) -> str:
    """The text with a dateline at the start of its first paragraph."""
    return html(dateline + paragraphs[0], *paragraphs[1:])


def changed(body: str, *swaps: tuple[str, str]) -> str:
    """The body with other words in some places; each must be there."""
    for old, new in swaps:
        if old not in body:
            raise ValueError(f"no {old!r} in {body[:60]!r}")
        body = body.replace(old, new)
    return body


def opening(paragraphs: Prose, share: float) -> str:
    """The first part of a text, cut off in mid-sentence."""
    left = round(sum(map(len, paragraphs)) * share)
    kept: list[str] = []
    for paragraph in paragraphs:
        if left > 0:
            kept.append(paragraph[:left])
        left -= len(paragraph)
    return html(*kept[:-1], kept[-1].rsplit(" ", 1)[0] + " [&hellip;]")


# English

RELEASE_TITLE = "Veldrane Biologics to build cell therapy plant at Tarn Harbour"
RELEASE = prose("""
Veldrane Biologics said today that it has begun work on a plant for cell therapies at Tarn Harbour, the
largest single investment in the company’s history. The plant will prepare doses for patients whose own
immune cells are collected in a hospital, altered in a clean room and given back some weeks later.

Demand for such treatment has outrun the places that can make it. Hospitals across the Ostmark Islands
now wait up to nine weeks for a slot, and physicians say that some patients become too ill to be treated
before their turn arrives. The new building is meant to bring the wait down to three weeks once all of
its sixteen production rooms are in use.

“Nobody should lose a chance of recovery because a room was full,” said Ilse Marwenna, chief executive
of Veldrane Biologics. “We looked at eleven sites, and Tarn Harbour gave us what matters most: a
hospital within walking distance, a school that trains technicians, and a town that wanted us here.”

Construction will be carried out by Holmgart &amp; Sons, a local builder, under a contract worth 84
million crowns. The company expects to employ 260 people when the plant opens, among them 90 technicians
who will be trained at Tarn Harbour Technical School. Recruitment begins in autumn, and the first
apprentices are expected to start work in the temporary laboratory on Quay Street.

The regional council has promised to widen the road to the harbour and to run a shuttle bus from the
railway station. Residents had raised concerns about traffic and about the cooling water that the plant
will draw from the bay. An independent panel found that the water returned to the bay would be less than
one degree warmer, and recommended that the temperature be measured every hour and made public.

Veldrane Biologics will finance the project from its own funds and from a loan by the Island Development
Bank. The company left its forecast for the year unchanged. It plans to file for approval of its most
advanced therapy, which is aimed at a rare cancer of the blood, after the results of a study in 142
patients are known. Those results will be presented at the spring meeting of the Ostmark Society of
Haematology.
""")

COUNCIL_TITLE = "Marrowby council votes for flood wall along Mill Lane"
COUNCIL = prose("""
The town council of Marrowby voted on Monday to build a flood wall along the lower part of Mill Lane,
where the river has entered houses four times in the past ten years. Councillors approved the plan by 14
votes to 9 after a debate of almost three hours.

The wall will be 1.2 miles long and will cost 7.5 million crowns, most of it paid by the regional flood
fund. Owners of the 86 houses behind the wall will not have to contribute. Work is due to begin in May
and to be finished before the winter after next.

Opponents had asked for the meadows above the town to be lowered instead, so that the river could spread
there. Councillor Dorrit Haskayne called the wall a dear answer to the wrong question. The mayor, Edwin
Pallister, replied that both were needed, and that the meadows would be looked at next year.

Residents can see the drawings in the library until the end of the month and may send their comments to
the planning office. A public walk along the line of the wall is planned for the first Saturday in
April.
""")

FERRY_TITLE = "Ferry runs aground off Skerrow Point, nobody hurt"
FERRY = prose("""
A passenger ferry with 118 people on board ran aground on Sunday evening off Skerrow Point, the coast
guard said. Nobody was hurt. The Lady Corvanne had left Tarn Harbour at six o’clock and was bound for
the outer islands when it struck a sandbank in thick fog.

Two lifeboats from Skerrow and a fishing boat took off the passengers within two hours. They were
brought to the village school, where residents had made soup and beds. “It was a bump, and then it was
very quiet,” said Jory Tamsett, who was travelling with his two daughters. “The crew told us at once
what to do.”

The ferry was resting upright on the sand and was not taking in water, the harbour master said. A tug
was on its way and would try to pull it free at the next high tide. Services to the islands were
suspended until further notice, and the company asked travellers to put off their journeys if they
could.
""")

THEATRE_TITLE = "Marrowby theatre centre reopens with a children’s opera"
THEATRE = prose("""
The Marrowby Theatre Centre opens again on Friday with a children’s opera about a lighthouse keeper and
her grey goose. The colour of the hall has gone from brown to a deep red, and a catalogue of old
programmes, found behind a panel during the works, is on show in the foyer.

The charity that runs the house travelled through the whole county to ask theatregoers what they wanted.
“We got two thousand answers, and most asked for the same thing: more leg room,” said its organiser,
Petra Winslade. The rows now stand 20 centimetres further apart, and the labour of love of many
neighbours, who sewed the covers of 410 seats, is honoured on a plaque.

The centre has a licence to serve drinks until midnight. Tickets for the first week have been sold, but
a rehearsal on Thursday is open to everybody, and visitors are asked to bring a favourite poem for an
evening of readings in the theatre’s new cellar.
""")
AMERICAN_SPELLING = (
    ("Theatre Centre", "Theater Center"),
    ("theatre’s", "theater’s"),
    ("theatregoers", "theatergoers"),
    ("The centre", "The center"),
    ("grey", "gray"),
    ("colour", "color"),
    ("catalogue", "catalog"),
    ("programmes", "programs"),
    ("travelled", "traveled"),
    ("organiser", "organizer"),
    ("centimetres", "centimeters"),
    ("labour", "labor"),
    ("neighbours", "neighbors"),
    ("honoured", "honored"),
    ("licence", "license"),
    ("favourite", "favorite"),
)

BATTERY = prose("""
Quillmere Energy will deliver eight storage batteries to the railway of the Sarnholm valley, the company
said. They take up the current that trains give back when they brake on the way down and return it to
those that climb. The first is to be in service at Upper Sarnholm before the end of the year.
""")
DIRECTOR = prose("""
Shareholders of Quillmere Energy have elected Odile Farrant to the board, on which she takes the seat of
Humbert Croyle, who retires after nineteen years. She was head of the port of Ellinsund until last summer
and will lead the committee on safety. All other members were confirmed.
""")
QUILLMERE = prose("""
About Quillmere Energy

Quillmere Energy makes batteries, inverters and control systems for railways, harbours and small grids.
Founded in a former paper mill in 1987, the company today has 2,300 employees at six locations and
customers in thirty-one countries. Its products are built to be repaired: every part can be ordered for
at least twenty-five years, and used batteries are taken back and made into new ones in the company’s
own works at Ellinsund. In the last financial year Quillmere Energy had a turnover of 640 million
crowns. The company belongs to its employees and to the Quillmere Foundation, which spends its share of
the profit on schools and on the protection of rivers.

This release contains statements about the future, which rest on what the management expects and assumes
today. Such statements are subject to risks and uncertainties that are for the most part beyond the
company’s control, among them changes in the economy, in the prices of raw materials, in laws and in the
conduct of customers and suppliers. Should one of these risks come about, actual results may differ in
substance from those expressed here. Quillmere Energy takes on no duty to bring such statements up to
date in the light of new information or later events.

Media contact: Quillmere Energy, Press Office, Mill Road 1, Ellinsund, press@quillmere.example. Pictures
in high resolution may be downloaded from the press room and used free of charge in editorial contexts
if the source is given.
""")

LARKSPUR = prose("""
The Larkspur project is glad to announce a new release of its free map editor. As always, it can be
installed from the download page or by the update command of your system. If you installed Larkspur with
our own installer, it will offer the new release to you within the next days.

Please make a copy of your maps before you update. Maps that were saved with an older release can be
opened without any change; the other way round is not promised. The full list of changes, with thanks to
everybody who wrote, tested and translated, is on the project’s site.

If you find an error, look first in the list of known errors and then tell us in the forum. Larkspur is
made by volunteers in their free time, so please be patient and kind. If you like the program, think
about a donation: it pays for the server and for the yearly meeting.
""")

NURSE_TITLE = "Registered nurse (full or part time), St Aldwyn Hospital"
JOB = prose("""
St Aldwyn Hospital is a house of 320 beds on the edge of Marrowby with its own school, a garden and a
station at the door. We care for 14,000 patients a year and are looking for a new colleague for one of
our teams, to start as soon as possible.

We offer a permanent contract, pay after the regional scale with an extra month at the end of the year,
thirty days of leave, and a rota that is fixed six weeks ahead. New colleagues are accompanied by a
mentor for the first three months. Further training is paid for and counts as working time. There is a
nursery on the grounds, and we help with the search for a flat.

You have finished the training that the post requires and like to work with others. Experience is
welcome but no condition, and we are glad about applications from people who come back after a break.
Please send your letter, your CV and your certificates to the personnel office until the end of the
month. Travel costs for the interview are paid.
""")

PODCAST = prose("""
Every second Wednesday Runa Ashgrove and Tobin Fell sit down in the old signal box and talk about
something that they did not know the week before. No music, no advertising, one pot of tea.

You can hear the Signal Box wherever you listen to podcasts. If you like what we do, tell a friend or
become a member: members hear each episode two days earlier and get a postcard at New Year. Questions
and corrections reach us at hello@signalbox.example. Our theme was played by the Marrowby Youth Band.
The recording was made by Sela Quist, and the transcript will be on our site within a week.
""")

MEMBERS_ONLY = prose("""
This content is for members only. If you are a member, please log in with the address you gave us when
you joined. If you are not, you can become one in less than two minutes: membership costs four crowns a
month, can be ended at any time and opens all our articles, the archive since 1998 and the weekly letter.
Have you forgotten your password? Ask for a new one on the log-in page, or write to the reader service,
which answers on working days.
""")

FLAT = prose("""
This bright flat in the former Tessel spinning mill was refurbished last year and can be moved into at
once. It has 64 square metres with two rooms, a fitted kitchen and a bath with a window. The rent is 780
crowns a month, heating included.

The house stands in a quiet street three minutes from the tram. It has a lift, a cellar for bicycles, a
laundry and a garden that all residents share. On the ground floor are a bakery and a doctor. The
building is heated by the town’s district heating and has its own solar roof, the current of which
residents can buy at a good price.

Viewings are on Saturdays after arrangement. Please bring proof of income. Pets are allowed after
consultation. We charge no commission. All details come from the owner and are given without guarantee.
""")

WEATHER = prose("""
Tuesday will begin grey over the Ostmark Islands, and the sun will come through towards noon. In the
afternoon clouds gather in the west, and a shower is possible on the coast. The temperature rises to 11
degrees in Tarn Harbour and to 7 degrees in the hills. The wind blows from the south-west, light at
first, fresh later.

At night the sky clears. It cools down to 4 degrees, in the valleys to 2 degrees, where fog may form
towards the morning. Drivers should take care on the pass road.

The sea has 6 degrees. High water in Tarn Harbour is at 9.40 and 22.05. The outlook for the days after:
changeable, with sunny spells and a few showers, hardly any change in temperature.
""")

MARKET = prose("""
The Ellinsund stock exchange closed firmer on Monday. The index of the thirty largest companies stood at
4,112 points at the end of trading, 0.4 per cent higher than the day before. Turnover came to 310
million crowns.

Most asked for were shares of Tarnwick Foods, which gained 3.1 per cent. At the other end was Holmgart
with a loss of 1.9 per cent. Dealers spoke of quiet business without strong impulses from abroad and of
investors who were waiting for the decision of the central bank.

The crown cost 1.52 marks. Ten-year bonds yielded 2.8 per cent. A barrel of oil from the Skerrow field
cost 74 crowns for delivery next month.
""")

MATCH = prose("""
Skerrow Rovers beat Marrowby Town 2:0 in front of 1,240 spectators on Saturday and stay third in the
table of the island league. It was an even game in the first half, in which both sides had their chances
and both goalkeepers were awake.

Ivo Branning put the home side ahead in the 51st minute after a corner. The guests came out of the
dressing room with more courage but found no way past a defence that was well ordered by captain Dale
Orrin. Kit Penhale decided the match shortly before the end with a shot from twenty metres.

“We were patient, that was the key today,” said the home side’s coach. His colleague saw “a defeat that
was one goal too high”. Next week Skerrow Rovers travel to Ellinsund, while Marrowby Town have no match.
""")

EARNINGS = prose("""
Tarnwick Foods today published its figures for the second quarter. Sales rose by 4.8 per cent to 212.4
million crowns. Earnings before interest and tax came to 18.1 million crowns, after 16.9 million crowns
in the same quarter of the previous year. The margin was 8.5 per cent.

“We had a good quarter in a market that is not easy,” said Chief Executive Leopold Brask. “Our customers
stay with us because they know where our food comes from.” The strongest growth was again in the
business with bakeries, while frozen goods remained at the level of the previous year.

Net debt was 96 million crowns at the end of the quarter. The company had 1,870 employees. Tarnwick
Foods confirms its outlook for the year as a whole: sales are expected to grow by four to six per cent,
with a margin of at least eight per cent. The full report can be downloaded from the investors’ page. A
conference call for analysts takes place today at two o’clock.
""")

APPOINTMENT = prose("""
Ostmark Mutual, the insurer owned by its members, has appointed Cordelia Vance as chief financial
officer. Cordelia Vance will take up the post on the first of next month and will report to the chief
executive, Brannoc Thule.

“We are glad to have won an experienced leader who shares our values,” said Brannoc Thule. “In the years
ahead we want to be closer to our members, simpler in our products and quicker when something has
happened. For this we need people who can listen and decide.”

Ostmark Mutual insures 410,000 households, farms and small companies on all the islands. It was founded
by fishermen after the great storm and has belonged to its members ever since. It has 900 employees in
fourteen offices, and pays back what it does not need at the end of each year.
""")

RECALL = prose("""
The food office of the Ostmark Islands warns against eating plum jam of the brand Hill Farm from batch L
2114. Small pieces of plastic may have got into the jars when they were filled. So far nobody has been
hurt.

The number of the batch is printed on the lid below the date. Customers can give the jars back in any
shop and get their money, without a receipt too. Other products of the brand and other batches are not
concerned. The maker has stopped delivery and is looking for the cause together with the office.
Questions are answered by the consumers’ line on working days between nine and five.
""")

REPAIR_CAFE = prose("""
The repair café in the Old Pump House is open again this Thursday, from five to eight in the evening.
Bring what no longer works and what you can carry: toasters, lamps, radios, trousers, bicycles. Our
volunteers will have a look at it together with you. Tools are there, spare parts are paid at cost, and
a donation is welcome.

Nobody needs to register, but those who come early wait less. At half past seven the last repairs are
taken on. While you wait there is coffee and cake from the parish kitchen, and children can take an old
typewriter to pieces. The house can be reached with a wheelchair from the yard. If you would like to
join us as a volunteer, talk to Gwenna at the door: people who can sew are wanted most of all.
""")

GARDEN = prose("""
There is no hurry yet. The soil is cold, and seed that lies in cold soil rots or is eaten. What can be
done this week is to look: where does the water stand, where does the snow melt first, which branch rubs
against which. Write it down, because in June you will not remember it.

Cut back what stood over winter for the birds, but leave a heap of stems in a corner until it is warm,
as the bees are still asleep in them. Sharpen the knives. Divide the rhubarb if it is older than six
years. On the window sill the tomatoes can wait another fortnight, whatever the neighbours say; the
peppers cannot.

If a dry day comes, turn the compost. It is the only job of the season that makes you warm.
""")

OTHER_NEWS = prose("""
The Marrowby swimming club has a new boathouse. Members built it in two winters from the timber of the
old one, and the youngest rowers painted the doors. On Sunday everybody may come and look, and those who
dare may take an oar. The club hopes to win back the young people who left when the old house had to be
closed.

The bakery on Canal Street closes at the end of the month. Rosalind and Hew Partridge have baked there
for forty-one years and have found nobody who wants to get up at two in the morning. Their sourdough
goes on: the school kitchen has taken over a jar of it and promises to feed it every day.

Two storks have settled on the chimney of the brewery, the first in the town for half a century. The
brewery will leave the chimney cold until the autumn and has set up a telescope in the yard, which is
open to visitors in the afternoon. A ring on the leg of the male shows that he hatched in the Sarnholm
valley three years ago.

The library looks for people who read aloud. Every Tuesday some twenty children wait for a story, and
two of the readers have moved away. No experience is needed, a loud voice is no hindrance, and there is
cocoa afterwards.
""")

REPLY = prose("""
I live in one of the 86 houses, and I have carried my books up the stairs four times. Last week this
paper wrote:

The council has decided, and I am glad about it, but the report leaves out what it will be like to live
behind a wall. From my kitchen I see the river, the herons and the path on which I have walked to school
and later to work. In two years I shall see concrete. Nobody has asked us whether the wall could be
built a little lower, with boards that are put in when the water comes, as they have done it in
Ellinsund for a long time and without any trouble.

The mayor says that the meadows will be looked at next year. They were to be looked at last year as
well. I ask the councillors who voted for the wall to come to Mill Lane on that Saturday, not for a walk
but for an hour at my kitchen table. There will be tea. I shall show them the line on the wallpaper that
the water drew, and then the view, and they may tell me afterwards which of the two one ought to live
with.
""")

# Other languages

GERMAN_TITLE = "Reinfurt öffnet das Hallenbad nach vierzehn Monaten wieder"
GERMAN = prose("""
Die Stadt Reinfurt öffnet ihr Hallenbad nach vierzehn Monaten Umbau wieder. Vom 22. April an können
Gäste in drei Becken schwimmen, das größte ist nun 25 Meter lang und hat sechs Bahnen. Bürgermeisterin
Henrike Aldorf sprach von einem guten Tag für Schulen und Vereine, die lange auf andere Orte ausweichen
mussten.

Die Arbeiten haben 9,4 Millionen Gulden gekostet und damit etwas weniger als geplant. Erneuert wurden
vor allem das Dach, die Lüftung und die Wasseraufbereitung. Auf dem Dach liefert eine Solaranlage etwa
ein Drittel des Stroms, den das Bad verbraucht. Die alten Fliesen aus dem Jahr 1961 blieben in der
Eingangshalle erhalten.

Der Eintritt kostet künftig 5 Gulden, Kinder zahlen die Hälfte. Schulklassen aus der Stadt haben am
Vormittag Vorrang, der Verein Delphin Reinfurt trainiert an drei Abenden in der Woche. Wer einen
Schwimmkurs besuchen möchte, kann sich bis Ende März im Bürgerbüro anmelden. Am Eröffnungstag ist das
Bad bis Mitternacht offen, der Eintritt ist dann frei.
""")
GERMAN_IN_ENGLISH = prose("""
The town of Reinfurt reopens its indoor pool after fourteen months of rebuilding. From 22 April guests
can swim in three pools, the largest of which is now 25 metres long and has six lanes. Mayor Henrike
Aldorf spoke of a good day for schools and clubs, which had long had to make do with other places.

The works cost 9.4 million guilders, a little less than planned. Above all the roof, the ventilation and
the treatment of the water were renewed. On the roof solar panels supply about a third of the current
that the pool uses. The old tiles from the year 1961 have been kept in the entrance hall.

Admission will be 5 guilders, children pay half. School classes from the town come first in the morning,
the club Delphin Reinfurt trains on three evenings a week. Those who would like to take a swimming
course can register at the citizens’ office until the end of March. On the opening day the pool is open
until midnight, and admission is free.
""")

GERMAN_COLUMN = prose("""
In den „Stadtgeschichten“ erzählen Menschen aus Reinfurt, was sie erlebt haben. Wir treffen sie zu Hause,
in der Werkstatt oder auf dem Markt, hören zu und schneiden fast nichts heraus. Jeden Freitag erscheint
eine neue Folge, die auch im Bürgerfunk zu hören ist.

Alle Folgen bleiben ein Jahr lang auf unserer Seite stehen und dürfen in Schulen vorgeführt werden. Wer
selbst etwas zu erzählen hat oder jemanden kennt, den wir besuchen sollten, schreibt uns oder kommt in der
Redaktion am Kornmarkt vorbei. Die Reihe wird vom Heimatverein unterstützt, die Musik spielt das
Blechquartett Altenmoor.
""")

FRENCH_TITLE = "Valbrune : la coopérative construira un nouvel atelier d’affinage"
FRENCH = prose("""
La coopérative laitière de Valbrune va construire un nouvel atelier d’affinage à l’entrée du village. Le
projet, discuté depuis quatre ans, a été adopté dimanche par 212 voix contre 37 lors de l’assemblée
générale. Les travaux commenceront en septembre et dureront environ dix-huit mois.

L’atelier accueillera jusqu’à 6 000 meules de fromage, soit deux fois plus que les caves actuelles,
creusées sous l’ancienne gare. « Nos caves sont belles, mais elles sont pleines », a expliqué la
présidente de la coopérative, Solène Garrivet. Selon elle, plusieurs fermes voisines attendent depuis
longtemps de pouvoir livrer leur lait.

La région prend en charge un quart du coût, estimé à 3,2 millions. Le reste sera financé par un emprunt
et par les sociétaires eux-mêmes. Douze emplois devraient être créés, surtout pour de jeunes fromagers
formés à l’école de Montcairn. Une galerie vitrée permettra aux visiteurs de suivre le travail sans
déranger les équipes.
""")

SPANISH_TITLE = "Villarmenta estrena este verano barcos eléctricos a las islas"
SPANISH = prose("""
El puerto de Villarmenta recibirá este verano los primeros barcos eléctricos que unen la ciudad con las
islas Calandrias. La naviera Mar de Levante ha comprado tres naves, cada una con capacidad para 180
pasajeros, que sustituirán a las antiguas lanchas de gasóleo.

Según la empresa, el viaje durará cuarenta minutos, lo mismo que ahora, pero será mucho más silencioso.
Las baterías se cargarán durante la noche en un muelle nuevo, junto a la lonja. El ayuntamiento ha
reservado 2,6 millones para las obras, que empezaron en enero y avanzan según lo previsto.

«Los vecinos de las islas llevan años pidiendo un transporte limpio y puntual», dijo la alcaldesa,
Remedios Altomora. El billete costará lo mismo que hoy y los residentes seguirán pagando la mitad. Los
pescadores, que temían perder espacio en el muelle, aceptaron el proyecto después de que se les
ofreciera un nuevo almacén. El primer viaje con público está previsto para el 14 de junio.
""")
SPANISH_IN_PORTUGUESE = prose("""
O porto de Villarmenta receberá este verão os primeiros barcos elétricos que unem a cidade com as ilhas
Calandrias. A companhia Mar de Levante comprou três naves, cada uma com capacidade para 180 passageiros,
que substituirão as antigas lanchas a gasóleo.

Segundo a empresa, a viagem durará quarenta minutos, o mesmo que agora, mas será muito mais silenciosa.
As baterias serão carregadas durante a noite num cais novo, junto à lota. A câmara reservou 2,6 milhões
para as obras, que começaram em janeiro e avançam segundo o previsto.

«Os vizinhos das ilhas pedem há anos um transporte limpo e pontual», disse a presidente da câmara,
Remedios Altomora. O bilhete custará o mesmo que hoje e os residentes continuarão a pagar metade. Os
pescadores, que temiam perder espaço no cais, aceitaram o projeto depois de lhes ser oferecido um novo
armazém. A primeira viagem com público está prevista para 14 de junho.
""")

ITALIAN_TITLE = "Roccaspina, riapre il museo civico dopo due anni di restauri"
ITALIAN = prose("""
Il museo civico di Roccaspina riapre sabato dopo due anni di restauri. Le sale passano da nove a
quattordici e ospitano per la prima volta la collezione di strumenti musicali donata dalla famiglia
Bellandi, finora chiusa in un deposito.

Il restauro ha riportato alla luce un affresco del Seicento nascosto sotto l’intonaco della scala
principale. I tecnici hanno lavorato sei mesi per liberarlo, ora i visitatori possono vederlo da una
passerella di vetro. «È stata una sorpresa per tutti, anche per noi che qui lavoriamo da una vita», ha
detto la direttrice, Oriana Festucci.

Il biglietto costa 8 euro, gratuito per gli studenti delle scuole del comune. Il museo è aperto dal
martedì alla domenica, il giovedì fino alle ventidue. Per l’inaugurazione è in programma un concerto con
tre strumenti della collezione, accordati per l’occasione da un artigiano del paese.
""")

PORTUGUESE_TITLE = "Vila Serena recupera a antiga fábrica de conservas"
PORTUGUESE = prose("""
A câmara de Vila Serena aprovou ontem o plano para recuperar a antiga fábrica de conservas junto ao rio.
O edifício, abandonado há vinte anos, vai receber uma biblioteca, oficinas para artesãos e 36
apartamentos com renda acessível.

As obras começam na primavera e devem durar três anos. A fachada de azulejos será mantida, tal como a
chaminé, que serve de ninho a um casal de cegonhas. O custo total ronda os 11 milhões, dos quais quase
metade vem de um fundo nacional para a habitação.

A presidente da câmara, Lurdes Penaforte, lembrou que várias gerações da vila trabalharam naquela
fábrica. Uma associação de antigas operárias está a reunir fotografias e gravações para uma exposição
permanente. As inscrições para os apartamentos abrem no outono e a escolha será feita por sorteio, com
prioridade para famílias que já vivem no concelho.
""")

RUSSIAN_TITLE = "В Заречинске открылся мост через реку Светлую"
RUSSIAN = prose("""
В Заречинске открылся новый мост через реку Светлую. Он соединил старый центр города с районом Берёзовая
Роща, где живут почти сорок тысяч человек. Раньше жителям приходилось ехать в объезд, и дорога занимала
не меньше часа.

Строительство продолжалось три года и обошлось в 2,8 миллиарда рублей. Длина моста составляет 640
метров, по нему проложены четыре полосы для автомобилей, две велосипедные дорожки и пути для трамвая.
Первый трамвай пойдёт через реку в сентябре, когда закончится монтаж контактной сети.

«Мы ждали этот мост с детства», — сказала учительница Варвара Полежаева, которая пришла на открытие
вместе со своими учениками. Мэр города Игнат Сомов поблагодарил строителей и пообещал, что старый паром
останется на реке как прогулочный. Движение грузовиков по мосту пока запрещено, ограничение снимут после
осенних испытаний.
""")

ARABIC_TITLE = "افتتاح مكتبة عامة في السوق القديم بمدينة الواحة الخضراء"
ARABIC = prose("""
افتتحت بلدية مدينة الواحة الخضراء أمس مكتبة عامة جديدة في قلب السوق القديم بعد أعمال ترميم استمرت ثلاث
سنوات. وتضم المكتبة أكثر من 85 ألف كتاب، إضافة إلى قاعة للأطفال وأخرى لعرض المخطوطات التي تبرعت بها
عائلات المدينة.

وقالت مديرة المكتبة ليان السروري إن المبنى كان خانا للقوافل قبل أن يتحول إلى مخزن للحبوب، وإن المهندسين
حافظوا على أقواسه الحجرية وفنائه الداخلي. وأضافت أن القراء يستطيعون استعارة خمسة كتب في وقت واحد لمدة
أسبوعين دون مقابل.

وتفتح المكتبة أبوابها يوميا من الثامنة صباحا حتى التاسعة مساء، ما عدا يوم الجمعة. وتنظم كل شهر لقاءات مع
كتاب وشعراء من المنطقة، كما تقدم دورات مجانية في الخط العربي. وبلغت كلفة المشروع 12 مليون دينار، دفعت
البلدية نصفها وجمع الأهالي الباقي.
""")

HINDI_TITLE = "सोनवाड़ी की पुरानी झील साफ़ होगी, परिषद ने दी मंज़ूरी"
HINDI = prose("""
सोनवाड़ी नगर परिषद ने शहर की पुरानी झील को साफ़ करने की योजना को मंज़ूरी दे दी है। अधिकारियों ने बताया कि
काम अगले महीने शुरू होगा और लगभग दो साल चलेगा। झील में पिछले तीस वर्षों से मोहल्लों का गंदा पानी गिर रहा
था, जिससे मछलियाँ और पक्षी लगभग ग़ायब हो गए थे।

योजना पर 48 करोड़ रुपये ख़र्च होंगे। सबसे पहले तीन नए संयंत्र लगाए जाएँगे, जो नालों का पानी झील में जाने से
पहले साफ़ करेंगे। इसके बाद किनारों पर पाँच हज़ार पेड़ लगाए जाएँगे और पैदल चलने का एक रास्ता बनाया जाएगा।

परिषद की अध्यक्ष मीनल वर्तक ने कहा कि झील शहर की पहचान है और उसे बचाना सबकी ज़िम्मेदारी है। स्थानीय मछुआरों के
संगठन ने फ़ैसले का स्वागत किया, लेकिन माँग की कि काम के दौरान उनकी रोज़ी-रोटी का ध्यान रखा जाए। परिषद ने
उन्हें हर महीने सहायता देने का भरोसा दिया है।
""")

KOREAN_TITLE = "새결시 옛 기차역, 청년 창업 공간으로 다시 문 연다"
KOREAN = prose("""
새결시는 오래된 기차역을 청년 창업 공간으로 바꾸는 공사를 마치고 다음 달 문을 연다고 밝혔다. 1938년에 지어진
역은 노선이 폐지된 뒤 스무 해 가까이 비어 있었으나, 시민들의 요청으로 철거를 면했다.

공사에는 모두 72억 원이 들었다. 붉은 벽돌 건물과 승강장 지붕은 그대로 두고 안쪽만 새로 꾸몄다. 작은 회사
서른 곳이 쓸 수 있는 사무실과 함께 목공실, 회의실, 어린이 도서관이 들어선다. 승강장에는 주말마다 농부들이
여는 장터가 마련된다.

윤서린 시장은 “떠나는 역이 아니라 돌아오는 역을 만들고 싶었다”고 말했다. 입주를 바라는 청년은 이달 말까지
시 누리집에서 신청하면 되고, 처음 두 해 동안은 임대료를 내지 않는다. 시는 버스 노선 두 개를 역 앞까지 늘리고
자전거 보관소도 설치할 계획이다. 개관식에는 옛 역무원들이 초대되어 마지막 기차의 기억을 들려줄 예정이다.
""")

CHINESE_TITLE = "青澜旧造船厂将改建为海洋科学馆"
CHINESE = prose(
    """
青澜市政府周二宣布，城北的旧造船厂将改建为一座海洋科学馆，预计两年后向公众开放。项目总投资为18亿元，
由市政府和远帆集团共同承担。

科学馆占地约六万平方米，保留了三座船坞和一台老式起重机。其中最大的船坞将注入海水，用来展示近海的鱼类和珊瑚，
参观者可以沿着坞底的玻璃通道行走。另外两座船坞将改为剧场和青少年实验室。

市长林若溪表示，造船厂见证了青澜几代人的生活，改建并不是要抹去这段记忆，而是让更多人走近它。
两百多名退休工人参与了口述历史的录制，他们的故事将在常设展厅中播放。

按照计划，工程将于今年十月动工。施工期间，船厂路将禁止货车通行，公交车改走滨海大道。附近居民担心噪音，
市政府承诺夜间不施工，并设立热线听取意见。门票价格尚未确定，学生和本市老人可以免费入场。
""",
    joint="",
)
CHINESE_SOLAR = prose(
    """
远帆集团今日与青澜市第二人民医院签署协议，将为医院的新院区提供全套光伏屋顶和储能设备，
预计每年可节省电费三百六十万元，首批设备将于七月安装。
""",
    joint="",
)
CHINESE_PRIZE = prose(
    """
远帆集团工程师苏念安获得本年度海岸科技奖，评委会肯定了她在船用电池防火方面的研究，
颁奖典礼将于下月在明州举行，奖金将捐给母校。
""",
    joint="",
)
CHINESE_ABOUT = prose(
    """
关于远帆集团

远帆集团创立于1993年，总部位于青澜市，是一家从事船舶电气、储能系统和海洋工程的企业。
集团在十二个国家和地区设有分支机构，员工超过七千人，产品广泛用于渡轮、港口和海岛电网。
集团每年将销售收入的百分之六用于研究开发，并与多所大学建立了联合实验室。
远帆集团坚持诚信经营、安全第一的理念，积极履行社会责任，连续多年资助沿海学校和海洋保护项目。

前瞻性陈述

本新闻稿包含前瞻性陈述，这些陈述基于管理层目前的预期和假设，存在已知和未知的风险与不确定因素，
实际结果可能与陈述中明示或暗示的内容有重大差异。除法律要求外，本公司不承担更新任何前瞻性陈述的义务。

媒体联系：远帆集团新闻处，青澜市滨海大道九号。
""",
    joint="",
)

JAPANESE_TITLE = "東峰市の路面電車、三年ぶりに全線再開へ"
JAPANESE = prose(
    """
東峰市は十二日、市内を走る路面電車を三年ぶりに全線で再開すると発表した。
大雨で橋が流された川沿いの区間の復旧工事が終わり、四月から一日に84本の電車が走る。

復旧には、市と国が合わせて46億円を投じた。新しい橋は以前より二メートル高い位置に架けられ、
橋脚の数を減らして水が流れやすい形にした。線路のわきには歩道も設けられ、
桜の並木を眺めながら対岸まで歩けるようになる。

市交通局の榎波さつき局長は「長いあいだ不便をかけたが、安心して乗ってもらえる路線になった」と話した。
運休中は代行バスが走っていたが、通学の時間帯には渋滞で三十分以上遅れることも多かった。

再開の日には記念の式典があり、古い時代に使われた車両が特別に運行される。
運賃は据え置かれ、大人は一回210円。市は観光客にも利用してもらおうと、一日乗り放題の切符を駅や宿で売り出す。
沿線の商店街も割引の催しを準備している。
""",
    joint="",
)
JAPANESE_COLUMN = prose(
    """
このコーナーでは、西浜の海で働く人たちの声を毎週お届けします。お便りをくださった皆さん、ありがとうございます。
今週も港の食堂「かもめ」の二階から、波の音を聞きながらお送りします。

番組は放送のあと一か月のあいだ、公式サイトでいつでもお聞きになれます。
感想や質問、取り上げてほしい話題は、はがきか電子メールでお寄せください。
採用された方には、港の若い漁師たちが作った干物の詰め合わせを差し上げます。

制作は西浜海辺放送局です。天気や潮の都合により、内容が変わることがありますので、ご了承ください。
""",
    joint="",
)

THAI_TITLE = "เมืองสายชลเตรียมเปิดตลาดน้ำแห่งใหม่ริมคลองบัวหลวง"
THAI = prose(
    """
เทศบาลเมืองสายชลประกาศเมื่อวันจันทร์ว่าจะเปิดตลาดน้ำแห่งใหม่ริมคลองบัวหลวงในเดือนหน้า
หลังจากใช้เวลาปรับปรุงพื้นที่นานกว่าสองปี ตลาดแห่งนี้มีร้านค้าทั้งหมด 140 ร้าน
ส่วนใหญ่เป็นของชาวบ้านที่อาศัยอยู่ในชุมชนใกล้เคียง

นายกเทศมนตรีพิมพ์ลดา ธารารุ่งกล่าวว่า โครงการนี้ใช้งบประมาณ 95 ล้านบาท
และจะช่วยสร้างรายได้ให้กับเกษตรกรที่ปลูกผักและผลไม้ในพื้นที่
นักท่องเที่ยวสามารถเดินทางมาด้วยเรือโดยสารจากสถานีรถไฟ ซึ่งจะให้บริการทุกครึ่งชั่วโมงตั้งแต่เช้าจนถึงค่ำ

ทางเทศบาลยังได้สร้างทางเดินไม้ยาวตลอดแนวคลอง พร้อมติดตั้งระบบบำบัดน้ำเสียเพื่อรักษาคุณภาพน้ำ
ร้านค้าทุกร้านห้ามใช้ถุงพลาสติก และต้องแยกขยะก่อนนำไปทิ้ง
ในวันเปิดตลาดจะมีการแข่งเรือพื้นบ้านและการแสดงดนตรีของนักเรียนจากโรงเรียนในเมือง โดยไม่เสียค่าเข้าชม
"""
)

# The same as posts

RELEASE_POST = Text(RELEASE_TITLE, html(*RELEASE))
COUNCIL_POST = Text(COUNCIL_TITLE, html(*COUNCIL))
FERRY_POST = Text(FERRY_TITLE, html(*FERRY))
THEATRE_POST = Text(THEATRE_TITLE, html(*THEATRE))
GERMAN_POST = Text(GERMAN_TITLE, html(*GERMAN))
FRENCH_POST = Text(FRENCH_TITLE, html(*FRENCH))
SPANISH_POST = Text(SPANISH_TITLE, html(*SPANISH))
ITALIAN_POST = Text(ITALIAN_TITLE, html(*ITALIAN))
PORTUGUESE_POST = Text(PORTUGUESE_TITLE, html(*PORTUGUESE))
RUSSIAN_POST = Text(RUSSIAN_TITLE, html(*RUSSIAN))
ARABIC_POST = Text(ARABIC_TITLE, html(*ARABIC))
HINDI_POST = Text(HINDI_TITLE, html(*HINDI))
KOREAN_POST = Text(KOREAN_TITLE, html(*KOREAN))
CHINESE_POST = Text(CHINESE_TITLE, html(*CHINESE))
JAPANESE_POST = Text(JAPANESE_TITLE, html(*JAPANESE))
THAI_POST = Text(THAI_TITLE, html(*THAI))

SAME_LETTERS = (
    Pair("another category", RELEASE_POST, replace(RELEASE_POST, day=0.02), same=True, named=True),
    Pair("another day", COUNCIL_POST, replace(COUNCIL_POST, day=2.0), same=True, named=True),
    Pair("the last day of the window", FERRY_POST, replace(FERRY_POST, day=6.8), same=True, named=True),
    Pair(
        "another of our sites, other markup",
        RELEASE_POST,
        Text(RELEASE_TITLE, figure("quay") + blocks(*RELEASE), 0.5),
        same=True,
        named=True,
    ),
    Pair(
        "entities and straight quotes",
        RELEASE_POST,
        Text(
            RELEASE_TITLE,
            changed(html(*RELEASE), ("“", "&quot;"), ("”", "&#8221;"), ("’", "'"), ("&amp;", "&#038;")),
            1.0,
        ),
        same=True,
        named=True,
    ),
    Pair(
        "capitals",
        FERRY_POST,
        Text(
            FERRY_TITLE.upper(),
            changed(html(*FERRY), (FERRY[0][:46], FERRY[0][:46].upper()), ("coast guard", "Coast Guard")),
            1.0,
        ),
        same=True,
        named=True,
    ),
    Pair(
        "line breaks for paragraphs, hard spaces",
        COUNCIL_POST,
        Text(
            COUNCIL_TITLE,
            "<div>"
            + changed(
                "<br />\n<br />\n".join(COUNCIL), (" million", "&nbsp;million"), (" miles", "\u00a0miles")
            )
            + "</div>",
            0.1,
        ),
        same=True,
    ),
    Pair(
        "soft hyphens and an em dash",
        THEATRE_POST,
        Text(
            THEATRE_TITLE,
            changed(
                html(*THEATRE),
                ("catalogue", "cata&shy;logue"),
                ("rehearsal", "re\u00adhear\u00adsal"),
                ("same thing: more", "same thing &#8212; more"),
            ),
            3.0,
        ),
        same=True,
    ),
    Pair(
        "figures without commas",
        Text("Batteries for the Sarnholm valley railway", html(*BATTERY, *QUILLMERE)),
        Text(
            "Batteries for the Sarnholm valley railway",
            changed(html(*BATTERY, *QUILLMERE), ("2,300", "2300")),
            1.0,
        ),
        same=True,
    ),
    Pair(
        "bold, links and a share button",
        COUNCIL_POST,
        Text(
            COUNCIL_TITLE,
            changed(
                html(*COUNCIL),
                ("Mill Lane", '<a href="https://news.example/tag/mill-lane/">Mill Lane</a>'),
                ("14 votes to 9", "<strong>14</strong> votes to <strong>9</strong>"),
            )
            + '<p><a class="share" href="https://social.example/?u=1"><img src="https://news.example/s.svg"/></a></p>',
            1.5,
        ),
        same=True,
    ),
    Pair(
        "another picture",
        replace(FERRY_POST, body=figure("fog-1200x800") + FERRY_POST.body),
        Text(FERRY_TITLE, html(FERRY[0]) + figure("lifeboat-300x200") + html(*FERRY[1:]), 0.3),
        same=True,
    ),
    Pair(
        "Chinese, other markup and half-width punctuation",
        CHINESE_POST,
        Text(CHINESE_TITLE, changed(blocks(*CHINESE), ("，", ", "), ("。", ". ")), 2.0),
        same=True,
        named=True,
    ),
    Pair(
        "Japanese, full-width figures",
        JAPANESE_POST,
        Text(
            JAPANESE_TITLE, changed(html(*JAPANESE), ("84", "８４"), ("46", "４６"), ("210", "２１０")), 4.0
        ),
        same=True,
    ),
    Pair(
        "Thai, zero-width spaces between words",
        THAI_POST,
        Text(
            THAI_TITLE,
            changed(
                html(*THAI),
                ("ตลาดน้ำ", "ตลาดน้ำ\u200b"),
                ("เกษตรกร", "\u200bเกษตรกร\u200b"),
                ("โดย", "\u200bโดย"),
            ),
            1.0,
        ),
        same=True,
    ),
    Pair(
        "French, accents as marks of their own, narrow spaces",
        FRENCH_POST,
        Text(
            FRENCH_TITLE.replace(" :", "\u202f:"),
            changed(
                html(*FRENCH), ("é", "e\u0301"), ("è", "e\u0300"), ("« ", "«\u202f"), (" »", "\u202f»")
            ),
            1.0,
        ),
        same=True,
    ),
    Pair(
        "Arabic on another site",
        ARABIC_POST,
        Text(ARABIC_TITLE, changed(blocks(*ARABIC), ("،", " ،")), 2.0),
        same=True,
        named=True,
    ),
    Pair("Hindi, another category", HINDI_POST, Text(HINDI_TITLE, blocks(*HINDI), 0.01), same=True),
    Pair(
        "Korean, other quotes",
        KOREAN_POST,
        Text(KOREAN_TITLE, changed(html(*KOREAN), ("“", "&#8216;"), ("”", "&#8217;")), 5.0),
        same=True,
    ),
    Pair(
        "a short notice in two categories",
        Text(
            "Tarn Harbour library closed on Friday",
            html("The library at Tarn Harbour stays closed on Friday, as the heating is being repaired."),
        ),
        Text(
            "Tarn Harbour library closed on Friday",
            "The library at Tarn Harbour stays closed on Friday, as the heating is being repaired.",
            0.01,
        ),
        same=True,
    ),
)
"""Nothing but markup, case, punctuation and the place of posting differs."""

SAME_NEWS = (
    Pair(
        "another site with its own headline",
        RELEASE_POST,
        Text("Ostmark Islands: new plant will prepare doses for patients", html(*RELEASE), 1.0),
        same=True,
        named=True,
    ),
    Pair(
        "another site with its own short headline",
        COUNCIL_POST,
        Text("Flood wall approved by 14 votes to 9", html(*COUNCIL), 0.4),
        same=True,
        named=True,
    ),
    Pair(
        "German, another headline",
        GERMAN_POST,
        Text("Schwimmen bis Mitternacht: Hallenbad Reinfurt öffnet im April", html(*GERMAN), 1.0),
        same=True,
    ),
    Pair(
        "Chinese, another headline",
        CHINESE_POST,
        Text("城北旧造船厂改建为科学馆，两年后开放", html(*CHINESE), 1.0),
        same=True,
    ),
    Pair(
        "dateline of another place and day",
        Text(RELEASE_TITLE, dated("LONDON, March 3, 2024 (WIRE) -- ", RELEASE)),
        Text(RELEASE_TITLE, dated("NEW YORK, 5 March 2024 &#8211; ", RELEASE), 2.0),
        same=True,
        named=True,
    ),
    Pair(
        "dateline, short text",
        Text(FERRY_TITLE, dated("<strong>SKERROW, March 3 (WIRE) &#8212;</strong> ", FERRY)),
        Text(FERRY_TITLE, dated("Tarn Harbour, Monday, 4 March 2024 | ", FERRY), 0.6),
        same=True,
        named=True,
    ),
    Pair(
        "dateline in a paragraph of its own",
        Text(
            RELEASE_TITLE,
            html("<em>TARN HARBOUR, Ostmark Islands, March 3, 2024 /Isles Newswire/</em>", *RELEASE),
        ),
        Text(RELEASE_TITLE, dated("ELLINSUND &#8211; 03/05/2024 &#8211; ", RELEASE), 2.1),
        same=True,
        named=True,
    ),
    Pair(
        "a dateline where there was none",
        COUNCIL_POST,
        Text(COUNCIL_TITLE, dated("MARROWBY, April 9, 2024 (Isles Newswire) -- ", COUNCIL), 1.0),
        same=True,
        named=True,
    ),
    Pair(
        "dateline before a short text with a long About",
        Text(
            "Batteries for the Sarnholm valley railway",
            dated("ELLINSUND, March 3, 2024 -- ", BATTERY + QUILLMERE),
        ),
        Text(
            "Batteries for the Sarnholm valley railway",
            dated("UPPER SARNHOLM, 4 March 2024 (WIRE) &#8211; ", BATTERY + QUILLMERE),
            1.0,
        ),
        same=True,
        named=True,
    ),
    Pair(
        "German dateline",
        Text(GERMAN_TITLE, dated("REINFURT, 3. März 2024 (idn) &#8211; ", GERMAN)),
        Text(GERMAN_TITLE, dated("Altenmoor, den 05.03.2024. ", GERMAN), 2.0),
        same=True,
        named=True,
    ),
    Pair(
        "French dateline",
        Text(FRENCH_TITLE, dated("VALBRUNE, le 3 mars 2024 &#8211; ", FRENCH)),
        Text(FRENCH_TITLE, dated("Port-Elvire, mardi 5 mars 2024 (ANV) – ", FRENCH), 2.0),
        same=True,
        named=True,
    ),
    Pair(
        "Spanish dateline",
        Text(SPANISH_TITLE, dated("VILLARMENTA, 3 de marzo de 2024 (NOTA).- ", SPANISH)),
        Text(
            SPANISH_TITLE, dated("Puerto Calandria, martes 5 de marzo (Agencia Levante) -- ", SPANISH), 2.0
        ),
        same=True,
        named=True,
    ),
    Pair(
        "Italian dateline",
        Text(ITALIAN_TITLE, dated("(Costa News) - Roccaspina, 3 mar - ", ITALIAN)),
        Text(ITALIAN_TITLE, html("Montefosco, 5 marzo 2024", *ITALIAN), 2.0),
        same=True,
    ),
    Pair(
        "Russian dateline",
        Text(RUSSIAN_TITLE, dated("ЗАРЕЧИНСК, 3 марта 2024 г. — ", RUSSIAN)),
        Text(RUSSIAN_TITLE, dated("ВЕРХОБОРСК, 5 марта. /Вестник/. ", RUSSIAN), 2.0),
        same=True,
    ),
    Pair(
        "Japanese dateline",
        Text(JAPANESE_TITLE, dated("【東峰市、2024年3月3日】", JAPANESE)),
        Text(JAPANESE_TITLE, dated("［西浜　5日　海辺通信］　", JAPANESE), 2.0),
        same=True,
        named=True,
    ),
    Pair(
        "Chinese dateline",
        Text(CHINESE_TITLE, dated("本社青澜3月3日电（记者 苏念）", CHINESE)),
        Text(CHINESE_TITLE, dated("【明州讯，2024年3月5日】", CHINESE), 2.0),
        same=True,
        named=True,
    ),
    Pair(
        "Korean dateline",
        Text(KOREAN_TITLE, dated("(새결=한빛통신) 2024년 3월 3일 = ", KOREAN)),
        Text(KOREAN_TITLE, dated("[푸른항, 3월 5일] ", KOREAN), 2.0),
        same=True,
    ),
    Pair(
        "Thai dateline",
        Text(THAI_TITLE, dated("สายชล, 3 มีนาคม 2567 – ", THAI)),
        Text(THAI_TITLE, dated("ท่าเรือบัวหลวง (5 มี.ค. 67) ", THAI), 2.0),
        same=True,
    ),
    Pair(
        "the first half alone",
        RELEASE_POST,
        Text(RELEASE_TITLE, html(*RELEASE[:3]), 1.0),
        same=True,
        named=True,
    ),
    Pair(
        "cut off in mid-sentence after two thirds",
        RELEASE_POST,
        Text(
            RELEASE_TITLE,
            opening(RELEASE, 0.67) + '<p><a href="https://news.example/r/">Read more</a></p>',
            0.2,
        ),
        same=True,
        named=True,
    ),
    Pair(
        "the last paragraph cut off",
        COUNCIL_POST,
        Text(COUNCIL_TITLE, html(*COUNCIL[:3]), 3.0),
        same=True,
        named=True,
    ),
    Pair(
        "the About left out",
        Text("Batteries for the Sarnholm valley railway", html(*BATTERY, *QUILLMERE)),
        Text("Batteries for the Sarnholm valley railway", html(*BATTERY), 1.0),
        same=True,
    ),
    Pair(
        "Chinese cut off",
        CHINESE_POST,
        Text(CHINESE_TITLE, opening(CHINESE, 0.6), 1.0),
        same=True,
        named=True,
    ),
    Pair("Japanese cut off", JAPANESE_POST, Text(JAPANESE_TITLE, html(*JAPANESE[:3]), 1.0), same=True),
    Pair("Thai cut off", THAI_POST, Text(THAI_TITLE, html(*THAI[:2]), 1.0), same=True),
    Pair("Spanish cut off", SPANISH_POST, Text(SPANISH_TITLE, opening(SPANISH, 0.7), 1.0), same=True),
    Pair(
        "some words replaced",
        RELEASE_POST,
        Text(
            RELEASE_TITLE,
            changed(
                html(*RELEASE),
                ("begun work", "started work"),
                ("altered in", "modified in"),
                ("physicians", "doctors"),
                ("is meant to", "is intended to"),
                ("expects to employ", "plans to employ"),
                ("has promised", "has pledged"),
                ("raised concerns", "raised worries"),
                ("recommended that", "advised that"),
                ("most advanced", "furthest advanced"),
            ),
            1.0,
        ),
        same=True,
    ),
    Pair(
        "German, some words replaced",
        GERMAN_POST,
        Text(
            GERMAN_TITLE,
            changed(
                html(*GERMAN),
                ("etwas weniger", "ein wenig weniger"),
                ("Erneuert", "Modernisiert"),
                ("Gäste", "Besucher"),
            ),
            2.0,
        ),
        same=True,
    ),
    Pair(
        "Chinese, some words replaced",
        CHINESE_POST,
        Text(
            CHINESE_TITLE,
            changed(html(*CHINESE), ("宣布", "公布"), ("老式", "旧式"), ("担心", "担忧"), ("展示", "展现")),
            1.0,
        ),
        same=True,
        named=True,
    ),
    Pair(
        "Japanese, some words replaced",
        JAPANESE_POST,
        Text(
            JAPANESE_TITLE,
            changed(
                html(*JAPANESE),
                ("眺めながら", "見ながら"),
                ("話した", "語った"),
                ("準備している", "用意している"),
            ),
            1.0,
        ),
        same=True,
    ),
    Pair(
        "Thai, some words replaced",
        THAI_POST,
        Text(
            THAI_TITLE,
            changed(
                html(*THAI),
                ("ใกล้เคียง", "ใกล้ๆ"),
                ("นักท่องเที่ยว", "ผู้มาเยือน"),
                ("ทางเทศบาลยังได้สร้าง", "เทศบาลได้สร้าง"),
            ),
            1.0,
        ),
        same=True,
        named=True,
    ),
    Pair(
        "Korean, some words replaced",
        KOREAN_POST,
        Text(
            KOREAN_TITLE,
            changed(html(*KOREAN), ("밝혔다", "발표했다"), ("꾸몄다", "고쳤다"), ("바라는", "원하는")),
            1.0,
        ),
        same=True,
    ),
    Pair(
        "Russian, some words replaced",
        RUSSIAN_POST,
        Text(
            RUSSIAN_TITLE,
            changed(html(*RUSSIAN), ("не меньше часа", "не менее часа"), ("закончится", "завершится")),
            1.0,
        ),
        same=True,
    ),
    Pair(
        "Arabic, some words replaced",
        ARABIC_POST,
        Text(ARABIC_TITLE, changed(html(*ARABIC), ("يستطيعون", "يمكنهم"), ("دون مقابل", "مجانا")), 1.0),
        same=True,
    ),
    Pair(
        "Hindi, some words replaced",
        HINDI_POST,
        Text(HINDI_TITLE, changed(html(*HINDI), ("लगभग दो साल", "क़रीब दो साल"), ("सहायता", "मदद")), 1.0),
        same=True,
    ),
    Pair(
        "a mistyped word put right",
        replace(FERRY_POST, body=changed(FERRY_POST.body, ("passengers within", "pasengers within"))),
        replace(FERRY_POST, day=0.1),
        same=True,
    ),
    Pair(
        "American spelling",
        THEATRE_POST,
        Text(
            changed(THEATRE_TITLE, ("theatre centre", "theater center")),
            changed(html(*THEATRE), *AMERICAN_SPELLING),
            1.0,
        ),
        same=True,
    ),
    Pair(
        "a credit line at the end",
        FERRY_POST,
        Text(FERRY_TITLE, html(*FERRY, "Photo: Mara Lindqvist"), 0.5),
        same=True,
    ),
    Pair(
        "a source at the start",
        COUNCIL_POST,
        Text(COUNCIL_TITLE, html("<em>By our reporter Osric Venn</em>", *COUNCIL), 0.5),
        same=True,
    ),
    Pair(
        "WordPress’s own last line in a feed",
        COUNCIL_POST,
        Text(
            COUNCIL_TITLE,
            html(
                *COUNCIL,
                f'The post <a href="https://news.example/wall/">{COUNCIL_TITLE}</a> appeared first on '
                '<a href="https://news.example/">Marrowby Herald</a>.',
            ),
            0.5,
        ),
        same=True,
    ),
    Pair(
        "German, a credit line",
        GERMAN_POST,
        Text(GERMAN_TITLE, html(*GERMAN, "(Quelle: Stadt Reinfurt)"), 1.0),
        same=True,
    ),
    Pair(
        "Chinese, a credit line",
        CHINESE_POST,
        Text(CHINESE_TITLE, html(*CHINESE, "来源：青澜日报"), 1.0),
        same=True,
    ),
    Pair(
        "a caption under the picture",
        replace(THEATRE_POST, body=figure("hall") + THEATRE_POST.body),
        Text(
            THEATRE_TITLE,
            figure("hall", "The hall. Picture: Marrowby Theatre Centre") + html(*THEATRE),
            0.2,
        ),
        same=True,
    ),
    Pair(
        "a paragraph moved",
        RELEASE_POST,
        Text(RELEASE_TITLE, html(*RELEASE[:2], *RELEASE[3:5], RELEASE[2], RELEASE[5]), 1.0),
        same=True,
    ),
    Pair(
        "Portuguese, a paragraph moved",
        PORTUGUESE_POST,
        Text(PORTUGUESE_TITLE, html(PORTUGUESE[0], PORTUGUESE[2], PORTUGUESE[1]), 1.0),
        same=True,
    ),
    Pair(
        "another headline, another dateline and the end cut off",
        Text(RELEASE_TITLE, dated("TARN HARBOUR, March 3, 2024 (WIRE) -- ", RELEASE)),
        Text(
            "Veldrane Biologics begins work on plant for cell therapies",
            dated("Ellinsund, 4 March &#8211; ", RELEASE[:5]),
            1.0,
        ),
        same=True,
        named=True,
    ),
)
"""Some letters differ, and the reader learns nothing from them."""

UPDATES = (
    Pair(
        "UPDATE in the title and a new paragraph",
        FERRY_POST,
        Text(
            f"UPDATE: {FERRY_TITLE}",
            html(
                "The ferry was pulled free at four o’clock on Monday morning and towed to Tarn Harbour, "
                "the coast guard said. Divers found a dent in the hull but no leak.",
                *FERRY,
            ),
            0.6,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "Updated at the end of the title, one sentence changed",
        FERRY_POST,
        Text(
            f"{FERRY_TITLE} [Updated]",
            changed(
                html(*FERRY),
                (
                    "A tug was on its way and would try to pull it free at the next high tide.",
                    "A tug tried in vain to pull it free at high tide.",
                ),
            ),
            0.5,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "a new paragraph at the end, the same title",
        COUNCIL_POST,
        Text(
            COUNCIL_TITLE,
            html(
                *COUNCIL,
                "On Tuesday the owners of two houses on Mill Lane said that they would go to court "
                "against the plan, as their gardens would be cut in half. A hearing is due in summer.",
            ),
            1.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "one new sentence at the end, the same title",
        FERRY_POST,
        Text(FERRY_TITLE, html(*FERRY, "The ferry has since been towed to port."), 0.6),
        same=False,
        named=True,
    ),
    Pair(
        "an update with its time at the start, the same title",
        FERRY_POST,
        Text(
            FERRY_TITLE,
            html(
                "<strong>Update, 9.30 pm:</strong> All passengers are ashore, the mayor of Skerrow said.",
                *FERRY,
            ),
            0.1,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "UPDATE 1 and UPDATE 2",
        Text(f"UPDATE 1 - {FERRY_TITLE}", html(*FERRY)),
        Text(
            f"UPDATE 2 - {FERRY_TITLE}",
            changed(html(*FERRY), ("A tug was on its way", "Two tugs were at work")),
            0.2,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "German, Aktualisierung",
        GERMAN_POST,
        Text(
            f"Aktualisiert: {GERMAN_TITLE}",
            html(
                *GERMAN,
                "Wie die Stadt am Mittwoch mitteilte, sind alle Schwimmkurse bis in den Sommer ausgebucht. "
                "Für Herbst wird eine Warteliste geführt.",
            ),
            2.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "Chinese, a new paragraph, the same title",
        CHINESE_POST,
        Text(
            CHINESE_TITLE,
            html(*CHINESE, "周四下午，市政府补充说，科学馆将设停车场，并开通水上巴士，票价两元。"),
            2.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "Japanese, 続報 in the title and a new paragraph",
        JAPANESE_POST,
        Text(
            f"【続報】{JAPANESE_TITLE}",
            html(
                "市は十四日、再開の日を四月六日に決めた。式典は午前九時から中央駅前で開かれる。", *JAPANESE
            ),
            2.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "Thai, a new paragraph",
        THAI_POST,
        Text(
            THAI_TITLE,
            html(*THAI, "ล่าสุดเทศบาลแจ้งว่าต้องเลื่อนวันเปิดออกไปสองสัปดาห์เพราะระดับน้ำในคลองสูงกว่าปกติ"),
            3.0,
        ),
        same=False,
    ),
    Pair(
        "cancelled, the same text",
        Text("Repair café in the Old Pump House", html(*REPAIR_CAFE)),
        Text("CANCELLED: Repair café in the Old Pump House", html(*REPAIR_CAFE), 4.0),
        same=False,
    ),
    Pair(
        "a teaser first, the whole text later",
        Text(RELEASE_TITLE, opening(RELEASE, 0.2)),
        replace(RELEASE_POST, day=0.2),
        same=False,
    ),
    Pair(
        "the first half first, the whole text later",
        Text(RELEASE_TITLE, html(*RELEASE[:3])),
        replace(RELEASE_POST, day=1.0),
        same=False,
    ),
    Pair(
        "Chinese, a teaser first",
        Text(CHINESE_TITLE, html(CHINESE[0])),
        replace(CHINESE_POST, day=0.3),
        same=False,
    ),
)
"""Something happened since."""

CORRECTIONS = (
    Pair(
        "CORRECTION in the title and another figure",
        RELEASE_POST,
        Text(f"CORRECTION: {RELEASE_TITLE}", changed(html(*RELEASE), ("84 million", "48 million")), 0.8),
        same=False,
        named=True,
    ),
    Pair(
        "CORRECTED in the title, a word of the text",
        COUNCIL_POST,
        Text(f"{COUNCIL_TITLE} (CORRECTED)", changed(html(*COUNCIL), ("lower part", "upper part")), 0.3),
        same=False,
        named=True,
    ),
    Pair(
        "a note at the end and another figure, the same title",
        COUNCIL_POST,
        Text(
            COUNCIL_TITLE,
            html(
                *prose(changed("\n\n".join(COUNCIL), ("14 votes to 9", "13 votes to 9"))),
                "<em>Correction: An earlier version of this article gave a wrong number of votes.</em>",
            ),
            1.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "a note alone, the same title",
        COUNCIL_POST,
        Text(
            COUNCIL_TITLE,
            html(
                *COUNCIL,
                "Correction, 6 March: The picture with this article showed Mill Road, not Mill Lane.",
            ),
            2.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "another figure without a word about it",
        RELEASE_POST,
        Text(RELEASE_TITLE, changed(html(*RELEASE), ("142 patients", "124 patients")), 0.5),
        same=False,
        named=True,
    ),
    Pair(
        "another figure, in words",
        RELEASE_POST,
        Text(RELEASE_TITLE, changed(html(*RELEASE), ("sixteen", "sixty")), 0.5),
        same=False,
        named=True,
    ),
    Pair(
        "a decimal point moved",
        COUNCIL_POST,
        Text(COUNCIL_TITLE, changed(html(*COUNCIL), ("7.5 million", "75 million")), 0.5),
        same=False,
        named=True,
    ),
    Pair(
        "another name",
        COUNCIL_POST,
        Text(COUNCIL_TITLE, changed(html(*COUNCIL), ("Dorrit Haskayne", "Merrin Oakshott")), 0.5),
        same=False,
        named=True,
    ),
    Pair(
        "another day of the week in the text",
        COUNCIL_POST,
        Text(COUNCIL_TITLE, changed(html(*COUNCIL), ("first Saturday", "second Sunday")), 0.5),
        same=False,
        named=True,
    ),
    Pair(
        "the opposite in title and text",
        COUNCIL_POST,
        Text(
            "Marrowby council votes against flood wall along Mill Lane",
            changed(
                html(*COUNCIL),
                ("voted on Monday to build", "voted on Monday not to build"),
                ("approved the plan", "rejected the plan"),
            ),
            0.1,
        ),
        same=False,
    ),
    Pair(
        "German, Korrektur",
        GERMAN_POST,
        Text(f"Korrektur: {GERMAN_TITLE}", changed(html(*GERMAN), ("22. April", "29. April")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "German, a note at the end, the same title",
        GERMAN_POST,
        Text(
            GERMAN_TITLE,
            html(
                *GERMAN,
                "In einer früheren Fassung hieß es, Kinder zahlten nichts. Das haben wir berichtigt.",
            ),
            1.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "French, Rectificatif",
        FRENCH_POST,
        Text(f"Rectificatif – {FRENCH_TITLE}", changed(html(*FRENCH), ("212 voix", "221 voix")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Spanish, Corrección",
        SPANISH_POST,
        Text(f"CORRECCIÓN: {SPANISH_TITLE}", changed(html(*SPANISH), ("14 de junio", "24 de junio")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Italian, another figure, the same title",
        ITALIAN_POST,
        Text(ITALIAN_TITLE, changed(html(*ITALIAN), ("8 euro", "6 euro")), 1.0),
        same=False,
    ),
    Pair(
        "Portuguese, Correção",
        PORTUGUESE_POST,
        Text(
            f"Correção: {PORTUGUESE_TITLE}",
            changed(html(*PORTUGUESE), ("36 apartamentos", "63 apartamentos")),
            1.0,
        ),
        same=False,
    ),
    Pair(
        "Russian, Исправление",
        RUSSIAN_POST,
        Text(f"ИСПРАВЛЕНИЕ: {RUSSIAN_TITLE}", changed(html(*RUSSIAN), ("640 метров", "460 метров")), 0.5),
        same=False,
        named=True,
    ),
    Pair(
        "Japanese, 訂正",
        JAPANESE_POST,
        Text(f"【訂正】{JAPANESE_TITLE}", changed(html(*JAPANESE), ("46億円", "64億円")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Japanese, a note at the end, the same title",
        JAPANESE_POST,
        Text(
            JAPANESE_TITLE,
            html(*JAPANESE, "※記事中の局長の名前に誤りがありました。お詫びして訂正します。"),
            1.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "Chinese, 更正",
        CHINESE_POST,
        Text(f"更正：{CHINESE_TITLE}", changed(html(*CHINESE), ("18亿元", "8亿元")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Chinese, another figure in words",
        CHINESE_POST,
        Text(CHINESE_TITLE, changed(html(*CHINESE), ("六万平方米", "九万平方米")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Korean, 정정",
        KOREAN_POST,
        Text(f"[정정] {KOREAN_TITLE}", changed(html(*KOREAN), ("72억 원", "27억 원")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Thai, แก้ไข",
        THAI_POST,
        Text(f"แก้ไข: {THAI_TITLE}", changed(html(*THAI), ("95 ล้าน", "59 ล้าน")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Arabic, تصحيح",
        ARABIC_POST,
        Text(f"تصحيح: {ARABIC_TITLE}", changed(html(*ARABIC), ("85 ألف", "58 ألف")), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Hindi, another figure, the same title",
        HINDI_POST,
        Text(HINDI_TITLE, changed(html(*HINDI), ("48 करोड़", "84 करोड़")), 1.0),
        same=False,
    ),
)
"""The earlier text was wrong somewhere."""

SERIES = (
    Pair(
        "Release 12 and 13, number in the title alone",
        Text("Release 12", html(*LARKSPUR)),
        Text("Release 13", html(*LARKSPUR), 6.0),
        same=False,
        named=True,
    ),
    Pair(
        "Release 12 and 13, number in the first sentence alone",
        Text("A new release of Larkspur", changed(html(*LARKSPUR), ("a new release of", "release 12 of"))),
        Text(
            "A new release of Larkspur",
            changed(html(*LARKSPUR), ("a new release of", "release 13 of")),
            6.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "version 2.4.1 and 2.4.2",
        Text("Larkspur 2.4.1 released", html(*LARKSPUR)),
        Text("Larkspur 2.4.2 released", html(*LARKSPUR), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Part I and Part II",
        Text("The garden before spring, part I", html(*GARDEN[:2])),
        Text("The garden before spring, part II", html(GARDEN[0], GARDEN[2], *OTHER_NEWS[2:3]), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Part 1 and Part 2 with one introduction",
        Text("Behind the wall: Part 1", html(*COUNCIL[:2], *REPLY[1:2])),
        Text("Behind the wall: Part 2", html(*COUNCIL[:2], *REPLY[2:]), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "episodes with the same notes",
        Text("Episode 41: How bells are cast", html(*PODCAST)),
        Text("Episode 42: Why eels travel", html(*PODCAST), 5.0),
        same=False,
        named=True,
    ),
    Pair(
        "episodes numbered in words",
        Text("The Signal Box, episode twelve", html(*PODCAST)),
        Text("The Signal Box, episode thirteen", html(*PODCAST), 5.0),
        same=False,
        named=True,
    ),
    Pair(
        "German, Folge 12 and 13",
        Text("Stadtgeschichten, Folge 12", html(*GERMAN_COLUMN)),
        Text("Stadtgeschichten, Folge 13", html(*GERMAN_COLUMN), 6.5),
        same=False,
        named=True,
    ),
    Pair(
        "Japanese, number in the title alone",
        Text("西浜海辺だより　第十二回", html(*JAPANESE_COLUMN)),
        Text("西浜海辺だより　第十三回", html(*JAPANESE_COLUMN), 6.0),
        same=False,
        named=True,
    ),
    Pair(
        "Chinese, number in the title alone",
        Text("远帆集团周报第12期", html(*CHINESE_ABOUT)),
        Text("远帆集团周报第13期", html(*CHINESE_ABOUT), 6.0),
        same=False,
        named=True,
    ),
    Pair(
        "Arabic, number in the title alone",
        Text("حكايات المكتبة – الحلقة ١٢", html(*ARABIC)),
        Text("حكايات المكتبة – الحلقة ١٣", html(*ARABIC), 6.0),
        same=False,
        named=True,
    ),
    Pair(
        "Thai, number in the title alone",
        Text("เล่าเรื่องเมืองสายชล ตอนที่ ๑๒", html(*THAI)),
        Text("เล่าเรื่องเมืองสายชล ตอนที่ ๑๓", html(*THAI), 6.0),
        same=False,
    ),
    Pair(
        "live reports, another day in the title",
        Text("Council debate, day 3", html(*COUNCIL)),
        Text("Council debate, day 4", html(*COUNCIL, "We go on tomorrow at nine."), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "a weekly notice with another date",
        Text(
            "Repair café in the Old Pump House",
            changed(html(*REPAIR_CAFE), ("Thursday", "Thursday, 14 March")),
        ),
        Text(
            "Repair café in the Old Pump House",
            changed(html(*REPAIR_CAFE), ("Thursday", "Thursday, 21 March")),
            6.9,
        ),
        same=False,
    ),
    Pair(
        "a notice with another day of the week",
        Text("Repair café in the Old Pump House", html(*REPAIR_CAFE)),
        Text(
            "Repair café in the Old Pump House", changed(html(*REPAIR_CAFE), ("Thursday", "Saturday")), 3.0
        ),
        same=False,
    ),
    Pair(
        "a weekly notice with another date in the title alone",
        Text("Repair café, 14 March", html(*REPAIR_CAFE)),
        Text("Repair café, 21 March", html(*REPAIR_CAFE), 6.9),
        same=False,
    ),
)
"""One of a series; much of the text is that of all."""

TEMPLATES = (
    Pair(
        "weather",
        Text("The weather on the Ostmark Islands", html(*WEATHER)),
        Text(
            "The weather on the Ostmark Islands",
            changed(
                html(*WEATHER),
                ("Tuesday", "Wednesday"),
                ("grey", "misty"),
                ("towards noon", "during the morning"),
                ("11 degrees", "13 degrees"),
                ("7 degrees", "8 degrees"),
                ("south-west", "west"),
                ("to 4 degrees", "to 5 degrees"),
                ("to 2 degrees", "to 3 degrees"),
                ("9.40 and 22.05", "10.25 and 22.50"),
            ),
            1.0,
        ),
        same=False,
    ),
    Pair(
        "weather, some figures alone",
        Text("The weather on the Ostmark Islands", html(*WEATHER)),
        Text(
            "The weather on the Ostmark Islands",
            changed(html(*WEATHER), ("11 degrees", "12 degrees"), ("9.40 and 22.05", "10.25 and 22.50")),
            1.0,
        ),
        same=False,
    ),
    Pair(
        "market",
        Text("Ellinsund stocks at the close", html(*MARKET)),
        Text(
            "Ellinsund stocks at the close",
            changed(
                html(*MARKET),
                ("firmer on Monday", "weaker on Tuesday"),
                ("4,112", "4,087"),
                ("0.4 per cent higher", "0.6 per cent lower"),
                ("310 million", "285 million"),
                ("of Tarnwick Foods, which gained 3.1", "of Veldrane Biologics, which gained 2.2"),
                ("was Holmgart with a loss of 1.9", "was Tarnwick Foods with a loss of 2.6"),
                ("1.52", "1.51"),
                ("74 crowns", "75 crowns"),
            ),
            1.0,
        ),
        same=False,
    ),
    Pair(
        "match reports",
        Text("Skerrow Rovers win at home", html(*MATCH)),
        Text(
            "Tarn Harbour win at home",
            changed(
                html(*MATCH),
                ("Skerrow Rovers", "Tarn Harbour"),
                ("Marrowby Town", "Upper Sarnholm"),
                ("2:0", "3:1"),
                ("1,240", "2,080"),
                ("stay third", "are now second"),
                ("Ivo Branning", "Lasse Wick"),
                ("51st", "58th"),
                ("Dale Orrin", "Rob Thirkell"),
                ("Kit Penhale", "Emil Dray"),
                ("travel to Ellinsund", "travel to Skerrow"),
            ),
            0.1,
        ),
        same=False,
    ),
    Pair(
        "earnings of two quarters",
        Text("Tarnwick Foods: results for the second quarter", html(*EARNINGS)),
        Text(
            "Tarnwick Foods: results for the third quarter",
            changed(
                html(*EARNINGS),
                ("the second quarter", "the third quarter"),
                ("4.8 per cent to 212.4", "5.3 per cent to 219.0"),
                ("18.1", "19.4"),
                ("16.9", "17.2"),
                ("8.5", "8.9"),
                ("96 million", "88 million"),
                ("1,870", "1,902"),
            ),
            6.0,
        ),
        same=False,
    ),
    Pair(
        "Q2 and Q3 in the title alone",
        Text("Tarnwick Foods invites to its Q2 results call", html(*QUILLMERE[1:])),
        Text("Tarnwick Foods invites to its Q3 results call", html(*QUILLMERE[1:]), 6.0),
        same=False,
        named=True,
    ),
    Pair(
        "appointments",
        Text("Ostmark Mutual appoints chief financial officer", html(*APPOINTMENT)),
        Text(
            "Ostmark Mutual appoints head of claims",
            changed(
                html(*APPOINTMENT),
                ("Cordelia Vance", "Anselm Burrow"),
                ("chief financial officer", "head of claims"),
            ),
            1.0,
        ),
        same=False,
    ),
    Pair(
        "recalls of two batches",
        Text("Recall: Hill Farm plum jam", html(*RECALL)),
        Text("Recall: Hill Farm plum jam", changed(html(*RECALL), ("L 2114", "L 2121")), 2.0),
        same=False,
    ),
    Pair(
        "flats in one house",
        Text("Flat to let in the Tessel mill", html(*FLAT)),
        Text(
            "Flat to let in the Tessel mill",
            changed(
                html(*FLAT),
                ("64 square", "91 square"),
                ("two rooms", "three rooms"),
                ("780 crowns", "1,040 crowns"),
            ),
            0.02,
        ),
        same=False,
    ),
    Pair(
        "posts to fill, named in the title alone",
        Text(NURSE_TITLE, html(*JOB)),
        Text("Medical laboratory technician (full or part time), St Aldwyn Hospital", html(*JOB), 0.01),
        same=False,
    ),
    Pair(
        "posts to fill, one word of the title differs",
        Text(NURSE_TITLE, html(*JOB)),
        Text(NURSE_TITLE.replace("nurse", "midwife"), html(*JOB), 0.01),
        same=False,
    ),
    Pair(
        "posts to fill in two towns",
        Text(f"{NURSE_TITLE}, Marrowby", html(*JOB)),
        Text(f"{NURSE_TITLE}, Skerrow", html(*JOB), 2.0),
        same=False,
    ),
)
"""One form filled in twice."""

BOILERPLATE = (
    Pair(
        "two releases with one About",
        Text("Batteries for the Sarnholm valley railway", html(*BATTERY, *QUILLMERE)),
        Text("Odile Farrant joins the board of Quillmere Energy", html(*DIRECTOR, *QUILLMERE), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "two releases with one About under one title",
        Text("News from Quillmere Energy", html(*BATTERY, *QUILLMERE)),
        Text("News from Quillmere Energy", html(*DIRECTOR, *QUILLMERE), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "two releases with one About and one form of dateline",
        Text(
            "Batteries for the Sarnholm valley railway",
            dated("ELLINSUND, March 3, 2024 (WIRE) -- ", BATTERY + QUILLMERE),
        ),
        Text(
            "Odile Farrant joins the board of Quillmere Energy",
            dated("ELLINSUND, March 3, 2024 (WIRE) -- ", DIRECTOR + QUILLMERE),
            0.1,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "the About alone, then a release with it",
        Text("About us", html(*QUILLMERE)),
        Text("Odile Farrant joins the board of Quillmere Energy", html(*DIRECTOR, *QUILLMERE), 2.0),
        same=False,
        named=True,
    ),
    Pair(
        "Chinese, two releases with one About",
        Text("远帆集团与青澜市第二人民医院签约", html(*CHINESE_SOLAR, *CHINESE_ABOUT)),
        Text("远帆集团工程师苏念安获海岸科技奖", html(*CHINESE_PRIZE, *CHINESE_ABOUT), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Japanese, two guests of one programme",
        Text(
            "西浜海辺だより",
            html("今週の客は、五十年にわたり灯台を守ってきた久保田いさおさんです。", *JAPANESE_COLUMN),
        ),
        Text(
            "西浜海辺だより",
            html("今週の客は、海藻から紙を漉く工房を開いた若林ちなつさんです。", *JAPANESE_COLUMN),
            6.5,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "for members only",
        Text("What the flood wall will cost us", html(*MEMBERS_ONLY)),
        Text("A night with the owl counters of Upper Sarnholm", html(*MEMBERS_ONLY), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "for members only, after one sentence of each",
        Text("What the flood wall will cost us", html("A wall has two sides.", *MEMBERS_ONLY)),
        Text(
            "A night with the owl counters",
            html("It begins with a whistle in the dark.", *MEMBERS_ONLY),
            1.0,
        ),
        same=False,
        named=True,
    ),
)
"""What the two have in common says nothing."""

SHORT = (
    Pair(
        "a film under two titles",
        Text("How a bell is cast", html("Watch the video below.")),
        Text("Storks return to the brewery chimney", html("Watch the video below."), 0.5),
        same=False,
        named=True,
    ),
    Pair(
        "protected posts",
        Text(
            "Protected: Minutes of the works council",
            html("There is no excerpt because this is a protected post."),
        ),
        Text(
            "Protected: Plans for the summer party",
            html("There is no excerpt because this is a protected post."),
            2.0,
        ),
        same=False,
        named=True,
    ),
    Pair(
        "pictures without a word",
        Text("Sunrise over Skerrow Point", figure("skerrow-sunrise")),
        Text("The new doors of the boathouse", figure("boathouse-doors"), 0.3),
        same=False,
    ),
    Pair(
        "photo of the day with the same caption",
        Text("Photo of the day", figure("heron", "Photo: Mara Lindqvist")),
        Text("Photo of the day", figure("fog-at-the-quay", "Photo: Mara Lindqvist"), 1.0),
        same=False,
    ),
    Pair(
        "photo of the day with other captions",
        Text("Photo of the day", figure("heron", "A heron at the mill. Photo: Mara Lindqvist")),
        Text("Photo of the day", figure("fog", "Fog at the quay. Photo: Mara Lindqvist"), 1.0),
        same=False,
    ),
    Pair(
        "Japanese, a film under two titles",
        Text("路面電車の新しい橋を渡る", html("動画は下からご覧ください。")),
        Text("港の食堂の一日", html("動画は下からご覧ください。"), 1.0),
        same=False,
        named=True,
    ),
    Pair(
        "Korean, pictures of the day",
        Text("오늘의 사진: 새벽의 승강장", html("사진을 누르면 크게 볼 수 있습니다.")),
        Text("오늘의 사진: 눈 덮인 장터", html("사진을 누르면 크게 볼 수 있습니다."), 1.0),
        same=False,
    ),
)
"""Too little text to tell."""

WINDOW = (
    Pair("eight days later", RELEASE_POST, replace(RELEASE_POST, day=8.5), same=False, named=True),
    Pair("a year later", THEATRE_POST, replace(THEATRE_POST, day=365.0), same=False, named=True),
    Pair(
        "ten days later with another dateline",
        Text(COUNCIL_TITLE, dated("MARROWBY, March 3, 2024 (WIRE) -- ", COUNCIL)),
        Text(COUNCIL_TITLE, dated("TARN HARBOUR, March 13, 2024 (WIRE) -- ", COUNCIL), 10.0),
        same=False,
        named=True,
    ),
    Pair("Chinese, two weeks later", CHINESE_POST, replace(CHINESE_POST, day=14.0), same=False, named=True),
)
"""Posted again on purpose, after all who read it have gone on."""

OTHERS = (
    Pair(
        "a digest that quotes the text among others",
        COUNCIL_POST,
        Text("The week in Marrowby", html(OTHER_NEWS[0], *COUNCIL, *OTHER_NEWS[1:]), 4.0),
        same=False,
    ),
    Pair(
        "a reply that quotes half of the text",
        COUNCIL_POST,
        Text(
            "Letter: What the wall takes from us",
            html(REPLY[0]) + f"<blockquote>{html(*COUNCIL[:2])}</blockquote>" + html(*REPLY[1:]),
            3.0,
        ),
        same=False,
    ),
    Pair(
        "a reply that quotes all of the text",
        COUNCIL_POST,
        Text(f"Re: {COUNCIL_TITLE}", f"<blockquote>{html(*COUNCIL)}</blockquote>" + html(*REPLY[1:]), 3.0),
        same=False,
    ),
    Pair(
        "a translation",
        GERMAN_POST,
        Text("Reinfurt reopens its indoor pool after fourteen months", html(*GERMAN_IN_ENGLISH), 0.1),
        same=False,
    ),
    Pair(
        "a translation into a language much like it",
        SPANISH_POST,
        Text(
            "Villarmenta estreia este verão barcos elétricos para as ilhas",
            html(*SPANISH_IN_PORTUGUESE),
            0.1,
        ),
        same=False,
    ),
    Pair(
        "a later report of the same matter",
        COUNCIL_POST,
        Text(
            "Flood wall along Mill Lane: what residents say",
            html(
                *REPLY[1:],
                "The wall will be 1.2 miles long and will cost 7.5 million crowns, most of it paid by "
                "the regional flood fund.",
            ),
            2.0,
        ),
        same=False,
    ),
    Pair("two texts of one day", FERRY_POST, replace(COUNCIL_POST, day=0.2), same=False),
)
"""Another text, though it shares words or matter."""

PAIRS: tuple[Pair, ...] = (
    *SAME_LETTERS,
    *SAME_NEWS,
    *UPDATES,
    *CORRECTIONS,
    *SERIES,
    *TEMPLATES,
    *BOILERPLATE,
    *SHORT,
    *WINDOW,
    *OTHERS,
)
