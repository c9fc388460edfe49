"""Words of paths that news sites share, in the languages of the press; no site's own names."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: A page with such a segment as its last or last but one is a list, a form or about the house.
NOT_ARTICLES = _words(
    """
    login log-in logout signin sign-in signup sign-up register registration registrieren
    anmelden anmeldung connexion inscription iniciar-sesion registro accedi inloggen logga-in
    entrar cadastro subscribe subscription subscriptions abo abos abonnement abonnements
    abonnieren abonnes abonne suscripcion suscripciones suscribete assine assinatura abbonati
    abbonamenti prenumerera newsletter newsletters account konto mein-konto mi-cuenta mon-compte
    my-account profile profil perfil user users usuario usuarios member members cart warenkorb
    panier carrito checkout donate tag tags tagged topic topics thema themen theme themes tema
    temas tags-list etiqueta etiquetas keyword keywords stichwort schlagwort hashtag mot-cle
    sujet argomento argomenti trefwoord emne etikett tagi temat konu etiket category categories
    categoria categorias kategorie kategorien categorie rubrique rubriques rubrik rubriken
    rubrica sezione kategori kategoria kategorija author authors autor autoren autores auteur
    auteurs autore autori autorzy byline yazar yazarlar contributor contributors journalist
    journalists redakteur redakteure redacteur search suche suchen recherche rechercher buscar
    busca buscador busqueda cerca ricerca zoeken szukaj sok hledat arama haku cari poisk about
    about-us aboutus ueber-uns uber-uns ueberuns qui-sommes-nous a-propos quienes-somos
    sobre-nosotros quem-somos sobre chi-siamo over-ons om-oss om-os o-nas hakkimizda
    tentang-kami contact contacts contact-us contactus kontakt contacto contato contatti
    yhteystiedot iletisim privacy privacy-policy privacypolicy datenschutz datenschutzerklaerung
    privacidad politica-de-privacidad confidentialite protection-des-donnees integritetspolicy
    personvern gizlilik cookie cookies cookie-policy cookie-richtlinie terms terms-of-use
    terms-of-service terms-and-conditions tos agb nutzungsbedingungen cgu cgv conditions
    mentions-legales mentionslegales legal aviso-legal disclaimer impressum imprint colofon
    colophon note-legali help hilfe aide ayuda ajuda faq faqs support jobs careers karriere
    stellenangebote emplois advertise advertising werbung werben mediadaten media-kit mediakit
    publicite publicidad publicidade anuncie pubblicita annonce annonsere reklam rss feed feeds
    sitemap sitemaps page pages seite pagina comment comments kommentare like likes vote embed
    share staff team redaktion redaccion redaction download downloads edit
    """
)

#: Machinery, wherever it stands in the path.
MACHINERY = _words(
    "cdn-cgi wp-admin wp-login wp-json wp-content ajax api admin redirect trackback xmlrpc"
)

#: A list if it is the last segment; articles live right behind it.
LISTS = _words("archive archives archiv arquivo archivo archivio latest latest-news live ticker")

#: A segment that announces an article behind it.
ARTICLE = _words(
    """
    a article articles art artikel artikelen articolo articoli articulo articulos artigo artigos
    artykul artikkel artikkeli clanek clanky cikk story stories storia news newsdetail
    news-detail noticia noticias nota notas notizia notizie nieuws nyhet nyheter nyhed uutinen
    uutiset haber haberler berita nachrichten meldung meldungen pressemitteilung actualite
    actualites actu content detail details detailansicht read lire leer post posts blog blogs
    entry node view zprava zpravy wiadomosci novosti novost stirea stiri hirek vijesti vesti
    lajme
    """
)

#: Suffixes of files that are not pages.
NOT_PAGES = _words(
    """
    jpg jpeg png gif webp avif svg ico bmp tif tiff pdf epub doc docx xls xlsx ppt pptx odt rtf
    csv zip gz tgz rar 7z exe apk dmg mp3 m4a ogg oga wav aac flac mp4 m4v webm mov avi mkv ogv
    m3u8 css js mjs json xml rss atom rdf ics txt woff woff2 ttf swf vcf
    """
)

#: Query names that page through, search or change a list.
LIST_QUERIES = _words(
    """
    page pg paged seite pagina p_page s q query search suche buscar recherche keyword tag author
    category cat sort order filter offset start replytocom share login redirect returnurl
    showcomment
    """
)

#: Query names that choose an article, beside all that end in "id".
ARTICLE_QUERIES = _words(
    """
    p no idx idxno article artikel story news nota doc nr seq
    """
)
