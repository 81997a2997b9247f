"""The names of months and days in many languages, as Unicode has them (CLDR 47, by way of Babel).

They stand here since each process that compares texts needs all of them: Babel's data of these languages is
thirty times as much, and takes a third of a second and 30 MB to read. A test holds that they are Babel's.
"""

from collections.abc import Mapping


def _read(table: str) -> Mapping[str, frozenset[str]]:
    """Return the names in a table, by the languages that stand before them."""
    rows = [row.split(": ") for row in " ".join(table.split()).split("; ")]
    return {language: frozenset(names.split(", ")) for language, names in rows}


MONTHS = _read("""
    en: January, February, March, April, May, June, July, August, September, October, November,
    December;
    de: Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember;
    fr: janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre;
    es: enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre,
    diciembre;
    it: gennaio, febbraio, marzo, aprile, maggio, giugno, luglio, agosto, settembre, ottobre, novembre,
    dicembre;
    pt: janeiro, fevereiro, março, abril, maio, junho, julho, agosto, setembro, outubro, novembro,
    dezembro;
    nl: januari, februari, maart, april, mei, juni, juli, augustus, september, oktober, november,
    december;
    sv: januari, februari, mars, april, maj, juni, juli, augusti, september, oktober, november,
    december;
    da: januar, februar, marts, april, maj, juni, juli, august, september, oktober, november, december;
    nb: januar, februar, mars, april, mai, juni, juli, august, september, oktober, november, desember;
    fi: tammikuuta, helmikuuta, maaliskuuta, huhtikuuta, toukokuuta, kesäkuuta, heinäkuuta, elokuuta,
    syyskuuta, lokakuuta, marraskuuta, joulukuuta, tammikuu, helmikuu, maaliskuu, huhtikuu, toukokuu,
    kesäkuu, heinäkuu, elokuu, syyskuu, lokakuu, marraskuu, joulukuu;
    pl: stycznia, lutego, marca, kwietnia, maja, czerwca, lipca, sierpnia, września, października,
    listopada, grudnia, styczeń, luty, marzec, kwiecień, maj, czerwiec, lipiec, sierpień, wrzesień,
    październik, listopad, grudzień;
    cs: ledna, února, března, dubna, května, června, července, srpna, září, října, listopadu, prosince,
    leden, únor, březen, duben, květen, červen, červenec, srpen, říjen, listopad, prosinec;
    ru: января, февраля, марта, апреля, мая, июня, июля, августа, сентября, октября, ноября, декабря,
    январь, февраль, март, апрель, май, июнь, июль, август, сентябрь, октябрь, ноябрь, декабрь;
    uk: січня, лютого, березня, квітня, травня, червня, липня, серпня, вересня, жовтня, листопада,
    грудня, січень, лютий, березень, квітень, травень, червень, липень, серпень, вересень, жовтень,
    листопад, грудень;
    tr: Ocak, Şubat, Mart, Nisan, Mayıs, Haziran, Temmuz, Ağustos, Eylül, Ekim, Kasım, Aralık;
    el: Ιανουαρίου, Φεβρουαρίου, Μαρτίου, Απριλίου, Μαΐου, Ιουνίου, Ιουλίου, Αυγούστου, Σεπτεμβρίου,
    Οκτωβρίου, Νοεμβρίου, Δεκεμβρίου, Ιανουάριος, Φεβρουάριος, Μάρτιος, Απρίλιος, Μάιος, Ιούνιος,
    Ιούλιος, Αύγουστος, Σεπτέμβριος, Οκτώβριος, Νοέμβριος, Δεκέμβριος;
    hu: január, február, március, április, május, június, július, augusztus, szeptember, október,
    november, december;
    ro: ianuarie, februarie, martie, aprilie, mai, iunie, iulie, august, septembrie, octombrie,
    noiembrie, decembrie;
    id: Januari, Februari, Maret, April, Mei, Juni, Juli, Agustus, September, Oktober, November,
    Desember;
    vi: tháng 1, tháng 2, tháng 3, tháng 4, tháng 5, tháng 6, tháng 7, tháng 8, tháng 9, tháng 10, tháng
    11, tháng 12, Tháng 1, Tháng 2, Tháng 3, Tháng 4, Tháng 5, Tháng 6, Tháng 7, Tháng 8, Tháng 9, Tháng
    10, Tháng 11, Tháng 12;
    th: มกราคม, กุมภาพันธ์, มีนาคม, เมษายน, พฤษภาคม, มิถุนายน, กรกฎาคม, สิงหาคม, กันยายน, ตุลาคม,
    พฤศจิกายน, ธันวาคม;
    ar: يناير, فبراير, مارس, أبريل, مايو, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر;
    hi: जनवरी, फ़रवरी, मार्च, अप्रैल, मई, जून, जुलाई, अगस्त, सितंबर, अक्टूबर, नवंबर, दिसंबर;
    he: ינואר, פברואר, מרץ, אפריל, מאי, יוני, יולי, אוגוסט, ספטמבר, אוקטובר, נובמבר, דצמבר
""")
"""The whole names of the months, in the forms that a language has for them."""

SHORT_MONTHS = _read("""
    en: Jan, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec;
    de: Jan., Feb., März, Apr., Mai, Juni, Juli, Aug., Sept., Okt., Nov., Dez., Jan, Feb, Mär, Apr, Jun,
    Jul, Aug, Sep, Okt, Nov, Dez;
    fr: janv., févr., mars, avr., mai, juin, juil., août, sept., oct., nov., déc.;
    es: ene, feb, mar, abr, may, jun, jul, ago, sept, oct, nov, dic;
    it: gen, feb, mar, apr, mag, giu, lug, ago, set, ott, nov, dic;
    pt: jan., fev., mar., abr., mai., jun., jul., ago., set., out., nov., dez.;
    nl: jan, feb, mrt, apr, mei, jun, jul, aug, sep, okt, nov, dec;
    sv: jan., feb., mars, apr., maj, juni, juli, aug., sep., okt., nov., dec.;
    da: jan., feb., mar., apr., maj, jun., jul., aug., sep., okt., nov., dec.;
    nb: jan., feb., mars, apr., mai, juni, juli, aug., sep., okt., nov., des., jan, feb, mar, apr, jun,
    jul, aug, sep, okt, nov, des;
    fi: tammi, helmi, maalis, huhti, touko, kesä, heinä, elo, syys, loka, marras, joulu;
    pl: sty, lut, mar, kwi, maj, cze, lip, sie, wrz, paź, lis, gru;
    cs: led, úno, bře, dub, kvě, čvn, čvc, srp, zář, říj, lis, pro;
    ru: янв., февр., мар., апр., мая, июн., июл., авг., сент., окт., нояб., дек., март, май, июнь, июль;
    uk: січ., лют., бер., квіт., трав., черв., лип., серп., вер., жовт., лист., груд.;
    tr: Oca, Şub, Mar, Nis, May, Haz, Tem, Ağu, Eyl, Eki, Kas, Ara;
    el: Ιαν, Φεβ, Μαρ, Απρ, Μαΐ, Ιουν, Ιουλ, Αυγ, Σεπ, Οκτ, Νοε, Δεκ, Μάρ, Μάι, Ιούν, Ιούλ, Αύγ, Νοέ;
    hu: jan., febr., márc., ápr., máj., jún., júl., aug., szept., okt., nov., dec.;
    ro: ian., feb., mar., apr., mai, iun., iul., aug., sept., oct., nov., dec.;
    id: Jan, Feb, Mar, Apr, Mei, Jun, Jul, Agu, Sep, Okt, Nov, Des;
    vi: thg 1, thg 2, thg 3, thg 4, thg 5, thg 6, thg 7, thg 8, thg 9, thg 10, thg 11, thg 12, Tháng 1,
    Tháng 2, Tháng 3, Tháng 4, Tháng 5, Tháng 6, Tháng 7, Tháng 8, Tháng 9, Tháng 10, Tháng 11, Tháng
    12;
    th: ม.ค., ก.พ., มี.ค., เม.ย., พ.ค., มิ.ย., ก.ค., ส.ค., ก.ย., ต.ค., พ.ย., ธ.ค.;
    ar: يناير, فبراير, مارس, أبريل, مايو, يونيو, يوليو, أغسطس, سبتمبر, أكتوبر, نوفمبر, ديسمبر;
    hi: जन॰, फ़र॰, मार्च, अप्रैल, मई, जून, जुल॰, अग॰, सित॰, अक्टू॰, नव॰, दिस॰;
    he: ינו׳, פבר׳, מרץ, אפר׳, מאי, יוני, יולי, אוג׳, ספט׳, אוק׳, נוב׳, דצמ׳
""")
"""The same, abbreviated."""

DAYS = _read("""
    en: Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday;
    de: Sonntag, Montag, Dienstag, Mittwoch, Donnerstag, Freitag, Samstag;
    fr: dimanche, lundi, mardi, mercredi, jeudi, vendredi, samedi;
    es: domingo, lunes, martes, miércoles, jueves, viernes, sábado;
    it: domenica, lunedì, martedì, mercoledì, giovedì, venerdì, sabato;
    pt: domingo, segunda-feira, terça-feira, quarta-feira, quinta-feira, sexta-feira, sábado;
    nl: zondag, maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag;
    sv: söndag, måndag, tisdag, onsdag, torsdag, fredag, lördag;
    da: søndag, mandag, tirsdag, onsdag, torsdag, fredag, lørdag;
    nb: søndag, mandag, tirsdag, onsdag, torsdag, fredag, lørdag;
    fi: sunnuntai, maanantaina, tiistaina, keskiviikkona, torstaina, perjantaina, lauantaina, maanantai,
    tiistai, keskiviikko, torstai, perjantai, lauantai;
    pl: niedziela, poniedziałek, wtorek, środa, czwartek, piątek, sobota;
    cs: neděle, pondělí, úterý, středa, čtvrtek, pátek, sobota;
    ru: воскресенье, понедельник, вторник, среда, четверг, пятница, суббота;
    uk: неділя, понеділок, вівторок, середа, четвер, пʼятниця, субота;
    tr: Pazar, Pazartesi, Salı, Çarşamba, Perşembe, Cuma, Cumartesi;
    el: Κυριακή, Δευτέρα, Τρίτη, Τετάρτη, Πέμπτη, Παρασκευή, Σάββατο;
    hu: vasárnap, hétfő, kedd, szerda, csütörtök, péntek, szombat;
    ro: duminică, luni, marți, miercuri, joi, vineri, sâmbătă;
    id: Minggu, Senin, Selasa, Rabu, Kamis, Jumat, Sabtu;
    vi: Chủ Nhật, Thứ Hai, Thứ Ba, Thứ Tư, Thứ Năm, Thứ Sáu, Thứ Bảy;
    th: วันอาทิตย์, วันจันทร์, วันอังคาร, วันพุธ, วันพฤหัสบดี, วันศุกร์, วันเสาร์;
    ar: الأحد, الاثنين, الثلاثاء, الأربعاء, الخميس, الجمعة, السبت;
    hi: रविवार, सोमवार, मंगलवार, बुधवार, गुरुवार, शुक्रवार, शनिवार;
    he: יום ראשון, יום שני, יום שלישי, יום רביעי, יום חמישי, יום שישי, יום שבת
""")
"""The names of the days of the week."""
