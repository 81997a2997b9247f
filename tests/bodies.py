"""Bodies as WordPress and its plug-ins render them, and what becomes of each. Data only.

`markup` is what `content.rendered` holds, `expected` the exact outcome for the post at BASE. A comment
that begins with `why` stands where the markup alone leaves open what is right.
"""

from dataclasses import dataclass

BASE = "https://example.com/news/post/"


@dataclass(frozen=True)
class Body:
    """One body, what it shows, and what a reader is to get of it."""

    name: str
    markup: str
    expected: str


# The blocks of WordPress itself

TEXT_BLOCKS = (
    Body(
        "paragraphs keep their text and the space between them",
        "\n<p>The ferry leaves at six.</p>\n\n\n\n"
        '<p class="has-text-align-center has-vivid-red-color has-text-color" style="font-size:18px">'
        "It is <strong>never</strong> late &#8212; <em>never</em>.</p>\n",
        "<p>The ferry leaves at six.</p>\n\n\n\n<p>It is <strong>never</strong> late — <em>never</em>.</p>",
    ),
    Body(
        "a paragraph with a drop cap is a paragraph",
        '<p class="has-drop-cap">Once there was a harbour.</p>',
        "<p>Once there was a harbour.</p>",
    ),
    Body(
        "inline formats of the editor stay",
        "<p>H<sub>2</sub>O, x<sup>2</sup>, <s>old</s>, <code>ls</code>, <kbd>Ctrl</kbd> and <a href="
        '"https://example.org/a" target="_blank" rel="noreferrer noopener" data-type="post" data-id="7">a'
        "</a></p>",
        "<p>H<sub>2</sub>O, x<sup>2</sup>, <s>old</s>, <code>ls</code>, <kbd>Ctrl</kbd> and "
        '<a href="https://example.org/a">a</a></p>',
    ),
    Body(
        # why: the editor colours words by a <mark> too; where its background is clear, that is no mark.
        "a highlighted word stays marked and loses its colours",
        '<p>The <mark style="background-color:#ffff00" class="has-inline-color has-black-color">last'
        "</mark> boat.</p>",
        "<p>The <mark>last</mark> boat.</p>",
    ),
    Body(
        "a picture in a line of text stays in it",
        '<p>Look for <img decoding="async" class="wp-image-9" style="width: 24px;" '
        'src="/wp-content/uploads/2026/03/sign.png" alt="the blue sign"> at the gate.</p>',
        '<p>Look for <img src="https://example.com/wp-content/uploads/2026/03/sign.png" alt="the blue '
        'sign"> at the gate.</p>',
    ),
    Body(
        "a heading loses its anchor and keeps its level",
        '<h2 class="wp-block-heading" id="h-what-comes-next">What comes <em>next</em></h2>'
        '<h4 class="wp-block-heading has-text-align-right">And then</h4>',
        "<h2>What comes <em>next</em></h2><h4>And then</h4>",
    ),
    Body(
        "an empty heading between paragraphs goes",
        '<p>One.</p><h3 class="wp-block-heading"></h3><p>Two.</p>',
        "<p>One.</p><p>Two.</p>",
    ),
    Body(
        "lists within lists keep their nesting",
        '<ul class="wp-block-list">\n<li>Boats\n<ul class="wp-block-list">\n<li>Ferries</li>\n\n\n\n'
        "<li>Tugs</li>\n</ul>\n</li>\n\n\n\n<li>Trains</li>\n</ul>",
        "<ul>\n<li>Boats\n<ul>\n<li>Ferries</li>\n\n\n\n<li>Tugs</li>\n</ul>\n</li>\n\n\n\n"
        "<li>Trains</li>\n</ul>",
    ),
    Body(
        "a numbered list keeps its start, its order and its kind",
        '<ol start="5" reversed class="wp-block-list"><li>Five</li><li>Four</li></ol>'
        '<ol type="a" style="list-style-type:lower-alpha" class="wp-block-list"><li>a</li></ol>',
        '<ol start="5" reversed=""><li>Five</li><li>Four</li></ol><ol type="a"><li>a</li></ol>',
    ),
    Body(
        "a list item without text goes and the others stay",
        '<ul class="wp-block-list"><li>One</li><li></li><li>Two</li></ul>',
        "<ul><li>One</li><li>Two</li></ul>",
    ),
    Body(
        "a quote keeps who said it",
        '<blockquote class="wp-block-quote is-style-large is-layout-flow wp-block-quote-is-layout-flow">\n'
        "<p>We open in May.</p>\n<cite>Ada Example, <em>harbour master</em></cite></blockquote>",
        "<blockquote>\n<p>We open in May.</p>\n<cite>Ada Example, <em>harbour master</em></cite>"
        "</blockquote>",
    ),
    Body(
        "a pull quote stays a figure",
        '<figure class="wp-block-pullquote has-border-color" style="border-width:2px"><blockquote>'
        "<p>The sea was calm.</p><cite>A sailor</cite></blockquote></figure>",
        "<figure><blockquote><p>The sea was calm.</p><cite>A sailor</cite></blockquote></figure>",
    ),
    Body(
        "a verse keeps its lines and its indents",
        '<pre class="wp-block-verse has-text-align-left">The tide comes in,\n    the tide goes out,\n'
        "<em>and nobody asks</em></pre>",
        "<pre>The tide comes in,\n    the tide goes out,\n<em>and nobody asks</em></pre>",
    ),
    Body(
        "preformatted text keeps its white space",
        '<pre class="wp-block-preformatted">Dep  06:00\nArr  07:15<br>Fare   2.50</pre>',
        "<pre>Dep  06:00\nArr  07:15<br>Fare   2.50</pre>",
    ),
    Body(
        "a code block keeps its signs as text",
        '<pre class="wp-block-code"><code lang="python" class="language-python">if a &lt; b &amp;&amp; c:\n'
        "    print(&quot;&lt;b&gt;&quot;)</code></pre>",
        '<pre><code lang="python">if a &lt; b &amp;&amp; c:\n    print("&lt;b&gt;")</code></pre>',
    ),
    Body(
        "details stay folded with their summary",
        '<details class="wp-block-details is-layout-flow wp-block-details-is-layout-flow"><summary>Who may'
        " sail?</summary>\n<p>Everyone.</p>\n</details>",
        "<details><summary>Who may sail?</summary>\n<p>Everyone.</p>\n</details>",
    ),
    Body(
        "details that were open stay open",
        '<details class="wp-block-details" open name="faq"><summary>When?</summary><p>Now.</p></details>',
        "<details open><summary>When?</summary><p>Now.</p></details>",
    ),
    Body(
        "core footnotes link to and fro on the post's page",
        '<p>The pier is old.<sup data-fn="0b1c2d3e-aaaa-4bbb-8ccc-0123456789ab" class="fn"><a '
        'href="#0b1c2d3e-aaaa-4bbb-8ccc-0123456789ab" id="0b1c2d3e-aaaa-4bbb-8ccc-0123456789ab-link">1</a>'
        '</sup></p><ol class="wp-block-footnotes"><li id="0b1c2d3e-aaaa-4bbb-8ccc-0123456789ab">Built in '
        '1899. <a href="#0b1c2d3e-aaaa-4bbb-8ccc-0123456789ab-link" aria-label="Jump to footnote '
        'reference 1">↩</a></li></ol>',
        '<p>The pier is old.<sup><a href="https://example.com/news/post/#0b1c2d3e-aaaa-4bbb-8ccc-'
        '0123456789ab">1</a></sup></p><ol><li>Built in 1899. <a '
        'href="https://example.com/news/post/#0b1c2d3e-aaaa-4bbb-8ccc-0123456789ab-link">↩</a></li></ol>',
    ),
    Body(
        "a separator is a line",
        '<p>One.</p>\n\n\n\n<hr class="wp-block-separator has-alpha-channel-opacity is-style-dots"/>\n\n\n'
        "\n<p>Two.</p>",
        "<p>One.</p>\n\n\n\n<hr>\n\n\n\n<p>Two.</p>",
    ),
    Body(
        "a spacer is nothing",
        '<p>One.</p><div style="height:100px" aria-hidden="true" class="wp-block-spacer"></div><p>Two.</p>',
        "<p>One.</p><p>Two.</p>",
    ),
    Body(
        "the more block is a comment and goes",
        "<p>One.</p><!--more Read on--><!--noteaser--><p>Two.</p>",
        "<p>One.</p><p>Two.</p>",
    ),
    Body(
        "the mark of a read-more goes with its paragraph",
        '<p>One.</p><p><span id="more-123"></span></p><p>Two.</p>',
        "<p>One.</p><p>Two.</p>",
    ),
    Body(
        "a page break joins the pages",
        "<p>Page one.</p><!--nextpage--><p>Page two.</p>",
        "<p>Page one.</p><p>Page two.</p>",
    ),
    Body(
        "block comments that were not rendered go",
        '<!-- wp:paragraph {"align":"center"} --><p>One.</p><!-- /wp:paragraph --><!-- wp:acme/ad /-->',
        "<p>One.</p>",
    ),
    Body(
        "the formula of a maths block is its TeX",
        '<p>So</p><div class="wp-block-math"><math display="block"><semantics><mrow><mi>x</mi></mrow>'
        '<annotation encoding="application/x-tex">x</annotation></semantics></math></div><p>holds.</p>',
        "<p>So</p><div><code>x</code></div><p>holds.</p>",
    ),
    Body(
        "a formula that Jetpack drew as a picture stays, with its source as its text",
        '<p><img decoding="async" src="https://s0.wp.com/latex.php?latex=E%3Dmc%5E2&#038;bg=ffffff&#038;fg'
        '=000&#038;s=0" alt="E=mc^2" class="latex" /></p>',
        '<p><img src="https://s0.wp.com/latex.php?latex=E%3Dmc%5E2&amp;bg=ffffff&amp;fg=000&amp;s=0" '
        'alt="E=mc^2"></p>',
    ),
)

TABLES = (
    Body(
        "a table block keeps its head, its foot and its caption",
        '<figure class="wp-block-table is-style-stripes"><table class="has-fixed-layout"><thead><tr><th>'
        'Port</th><th class="has-text-align-right" data-align="right">Boats</th></tr></thead><tbody><tr>'
        '<td>North</td><td class="has-text-align-right" data-align="right">12</td></tr></tbody><tfoot><tr>'
        '<td>All</td><td>12</td></tr></tfoot></table><figcaption class="wp-element-caption">Boats in '
        "March</figcaption></figure>",
        '<figure><table><thead><tr><th>Port</th><th align="right">Boats</th></tr></thead><tbody><tr>'
        '<td>North</td><td align="right">12</td></tr></tbody><tfoot><tr><td>All</td><td>12</td></tr>'
        "</tfoot></table><figcaption>Boats in March</figcaption></figure>",
    ),
    Body(
        "empty cells keep the others in their columns",
        '<figure class="wp-block-table"><table><tbody><tr><td></td><td>May</td></tr><tr><td>North</td><td>'
        "</td></tr></tbody></table></figure>",
        "<figure><table><tbody><tr><td></td><td>May</td></tr><tr><td>North</td><td></td></tr></tbody>"
        "</table></figure>",
    ),
    Body(
        "a table by hand keeps its spans and its scopes",
        '<table border="1" cellpadding="4" style="width: 100%;"><caption>Fares</caption><colgroup><col '
        'span="2" style="width:50%"></colgroup><tr><th scope="col" colspan="2">Fare</th></tr><tr><td '
        'rowspan="2" align="right" valign="top">1</td><td nowrap>2</td></tr></table>',
        '<table><caption>Fares</caption><colgroup><col span="2"></colgroup><tbody><tr><th scope="col" '
        'colspan="2">Fare</th></tr><tr><td rowspan="2" align="right">1</td><td>2</td></tr></tbody></table>',
    ),
    Body(
        "a TablePress table stays",
        '<h2 id="tablepress-3-name" class="tablepress-table-name tablepress-table-name-id-3">Tides</h2>'
        '<table id="tablepress-3" class="tablepress tablepress-id-3" aria-labelledby="tablepress-3-name">'
        '<thead><tr class="row-1"><th class="column-1">Day</th><th class="column-2">High</th></tr></thead>'
        '<tbody class="row-striping row-hover"><tr class="row-2"><td class="column-1">Monday</td><td '
        'class="column-2">05:12</td></tr></tbody></table><!-- #tablepress-3 from cache -->',
        "<h2>Tides</h2><table><thead><tr><th>Day</th><th>High</th></tr></thead><tbody><tr><td>Monday</td>"
        "<td>05:12</td></tr></tbody></table>",
    ),
)

MEDIA_BLOCKS = (
    Body(
        "an image block shows the widest of its pictures",
        '<figure class="wp-block-image size-large"><img fetchpriority="high" decoding="async" '
        'width="1024" height="683" src="https://example.com/wp-content/uploads/2026/03/quay-1024x683.jpg" '
        'alt="The quay" class="wp-image-12" srcset="https://example.com/wp-content/uploads/2026/03/quay-'
        "1024x683.jpg 1024w, https://example.com/wp-content/uploads/2026/03/quay-300x200.jpg 300w, "
        'https://example.com/wp-content/uploads/2026/03/quay-1536x1024.jpg 1536w" sizes="auto, '
        '(max-width: 1024px) 100vw, 1024px" /></figure>',
        '<figure><img width="1024" height="683" '
        'src="https://example.com/wp-content/uploads/2026/03/quay-1536x1024.jpg" alt="The quay" '
        'srcset="https://example.com/wp-content/uploads/2026/03/quay-1024x683.jpg 1024w, '
        "https://example.com/wp-content/uploads/2026/03/quay-300x200.jpg 300w, "
        'https://example.com/wp-content/uploads/2026/03/quay-1536x1024.jpg 1536w" '
        'sizes="auto, (max-width: 1024px) 100vw, 1024px"></figure>',
    ),
    Body(
        "a picture wider than 2048 pixels is not the one that is shown",
        '<img src="/a-300.jpg" alt="A" srcset="/a.jpg 4000w, /a-2048.jpg 2048w, /a-300.jpg 300w">',
        '<img src="https://example.com/a-2048.jpg" alt="A" srcset="https://example.com/a.jpg 4000w, '
        'https://example.com/a-2048.jpg 2048w, https://example.com/a-300.jpg 300w">',
    ),
    Body(
        "the smallest is shown where all are wider than 2048 pixels",
        '<img src="/a.jpg" alt="A" srcset="/a-5000.jpg 5000w, /a-2560.jpg 2560w">',
        '<img src="https://example.com/a-2560.jpg" alt="A" srcset="https://example.com/a-5000.jpg 5000w, '
        'https://example.com/a-2560.jpg 2560w">',
    ),
    Body(
        "of pictures by density the one for 2x is shown",
        '<img src="/a.jpg" alt="A" srcset="/a.jpg 1x, /a@2x.jpg 2x, /a@3x.jpg 3x">',
        '<img src="https://example.com/a@2x.jpg" alt="A" srcset="https://example.com/a.jpg 1x, '
        'https://example.com/a@2x.jpg 2x, https://example.com/a@3x.jpg 3x">',
    ),
    Body(
        "a picture with a srcset alone gets an address",
        '<figure class="wp-block-image"><img alt="The pier" srcset="/pier-300.jpg 300w, /pier-800.jpg '
        '800w" sizes="100vw"></figure>',
        '<figure><img alt="The pier" srcset="https://example.com/pier-300.jpg 300w, '
        'https://example.com/pier-800.jpg 800w" sizes="100vw" src="https://example.com/pier-800.jpg">'
        "</figure>",
    ),
    Body(
        "an image block keeps its caption and its link",
        '<figure class="wp-block-image aligncenter size-full is-resized"><a '
        'href="https://example.com/wp-content/uploads/pier.jpg" target="_blank" rel=" noreferrer '
        'noopener"><img loading="lazy" decoding="async" width="800" height="600" '
        'src="https://example.com/wp-content/uploads/pier.jpg" alt="" class="wp-image-13" '
        'style="width:400px;height:auto" title="The pier"/></a><figcaption class="wp-element-caption">The '
        'pier. Photo: <a href="/staff/ada">Ada</a></figcaption></figure>',
        '<figure><a href="https://example.com/wp-content/uploads/pier.jpg"><img width="800" height="600" '
        'src="https://example.com/wp-content/uploads/pier.jpg" alt="" title="The pier"></a><figcaption>'
        'The pier. Photo: <a href="https://example.com/staff/ada">Ada</a></figcaption></figure>',
    ),
    Body(
        "an aligned image of the older editor stays in its box",
        '<div class="wp-block-image"><figure class="alignright size-medium"><img decoding="async" '
        'src="https://example.com/pier-300x200.jpg" alt="The pier" class="wp-image-13"/></figure></div>',
        '<div><figure><img src="https://example.com/pier-300x200.jpg" alt="The pier"></figure></div>',
    ),
    Body(
        "the button that enlarges a picture goes",
        '<figure data-wp-context="{&quot;imageId&quot;:&quot;69b&quot;}" data-wp-interactive="core/image" '
        'data-wp-key="69b" class="wp-block-image size-large wp-lightbox-container"><img decoding="async" '
        'data-wp-class--hide="state.isContentHidden" data-wp-on--click="actions.showLightbox" '
        'src="https://example.com/pier.jpg" alt="The pier" class="wp-image-13"/><button '
        'class="lightbox-trigger" type="button" aria-haspopup="dialog" aria-label="Enlarge" '
        'data-wp-on--click="actions.showLightbox"><svg xmlns="http://www.w3.org/2000/svg" width="12" '
        'height="12" fill="none" viewBox="0 0 12 12"><path fill="#fff" d="M2 0a2 2 0 0 0-2 2v2h1.5z" />'
        "</svg></button></figure>",
        '<figure><img src="https://example.com/pier.jpg" alt="The pier"></figure>',
    ),
    Body(
        "a gallery block is figures within a figure",
        '<figure class="wp-block-gallery has-nested-images columns-default is-cropped wp-block-gallery-1 '
        'is-layout-flex wp-block-gallery-is-layout-flex">\n<figure class="wp-block-image size-large"><img '
        'decoding="async" data-id="21" src="https://example.com/one.jpg" alt="One" class="wp-image-21"/>'
        '<figcaption class="wp-element-caption">First</figcaption></figure>\n\n\n\n<figure '
        'class="wp-block-image size-large"><img decoding="async" data-id="22" '
        'src="https://example.com/two.jpg" alt="Two" class="wp-image-22"/></figure>\n<figcaption '
        'class="blocks-gallery-caption wp-element-caption">Both</figcaption></figure>',
        '<figure>\n<figure><img src="https://example.com/one.jpg" alt="One"><figcaption>First</figcaption>'
        '</figure>\n\n\n\n<figure><img src="https://example.com/two.jpg" alt="Two"></figure>\n'
        "<figcaption>Both</figcaption></figure>",
    ),
    Body(
        # why: the list only held the items; within the figure nothing is left for it to do.
        "a gallery that is a list within a figure becomes figures",
        '<figure class="wp-block-gallery columns-2 is-cropped"><ul class="blocks-gallery-grid"><li '
        'class="blocks-gallery-item"><figure><img src="https://example.com/one.jpg" alt="One" '
        'data-id="21" data-full-url="https://example.com/one.jpg" '
        'data-link="https://example.com/?attachment_id=21" class="wp-image-21"/><figcaption '
        'class="blocks-gallery-item__caption">First</figcaption></figure></li><li '
        'class="blocks-gallery-item"><figure><a href="/two/"><img src="https://example.com/two.jpg" '
        'alt="Two" class="wp-image-22"/></a></figure></li></ul><figcaption class="blocks-gallery-caption">'
        "Both</figcaption></figure>",
        '<figure><figure><img src="https://example.com/one.jpg" alt="One"><figcaption>First</figcaption>'
        '</figure><figure><a href="https://example.com/two/"><img src="https://example.com/two.jpg" '
        'alt="Two"></a></figure><figcaption>Both</figcaption></figure>',
    ),
    Body(
        "the first form of the gallery block, a bare list, becomes figures",
        '<ul class="wp-block-gallery columns-2 is-cropped"><li class="blocks-gallery-item"><figure><img '
        'src="https://example.com/one.jpg" alt="One" class="wp-image-21"/></figure></li><li '
        'class="blocks-gallery-item"><figure><img src="https://example.com/two.jpg" alt="Two" '
        'class="wp-image-22"/><figcaption>Second</figcaption></figure></li></ul>',
        '<div><figure><img src="https://example.com/one.jpg" alt="One"></figure><figure><img '
        'src="https://example.com/two.jpg" alt="Two"><figcaption>Second</figcaption></figure></div>',
    ),
    Body(
        "a tiled gallery keeps its pictures in order",
        '<div class="wp-block-jetpack-tiled-gallery aligncenter is-style-rectangular"><div '
        'class="tiled-gallery__gallery"><div class="tiled-gallery__row"><div class="tiled-gallery__col" '
        'style="flex-basis:50%"><figure class="tiled-gallery__item"><img decoding="async" alt="One" '
        'data-height="800" data-id="21" data-link="https://example.com/one/" '
        'data-url="https://example.com/one.jpg" data-width="1200" '
        'src="https://i0.wp.com/example.com/one.jpg?ssl=1" layout="responsive"/></figure></div><div '
        'class="tiled-gallery__col" style="flex-basis:50%"><figure class="tiled-gallery__item"><img '
        'alt="Two" src="https://i1.wp.com/example.com/two.jpg?ssl=1"/></figure></div></div></div></div>',
        '<div><div><div><div><figure><img alt="One" src="https://i0.wp.com/example.com/one.jpg?ssl=1">'
        '</figure></div><div><figure><img alt="Two" src="https://i1.wp.com/example.com/two.jpg?ssl=1">'
        "</figure></div></div></div></div>",
    ),
    Body(
        # why: nothing is said of slide shows; a list of figures reads well as it is.
        "a slide show is the list of its pictures",
        '<div class="wp-block-jetpack-slideshow" data-effect="slide"><div '
        'class="wp-block-jetpack-slideshow_container swiper-container"><ul '
        'class="wp-block-jetpack-slideshow_swiper-wrapper swiper-wrapper"><li '
        'class="wp-block-jetpack-slideshow_slide swiper-slide"><figure><img alt="One" '
        'class="wp-block-jetpack-slideshow_image wp-image-21" data-id="21" '
        'src="https://example.com/one.jpg"/><figcaption class="wp-block-jetpack-slideshow_caption '
        'gallery-caption">First</figcaption></figure></li></ul><a '
        'class="wp-block-jetpack-slideshow_button-prev swiper-button-prev swiper-button-white" '
        'role="button"></a><a aria-label="Pause Slideshow" class="wp-block-jetpack-slideshow_button-pause"'
        ' role="button"></a><div class="wp-block-jetpack-slideshow_pagination swiper-pagination"></div>'
        "</div></div>",
        '<div><div><ul><li><figure><img alt="One" src="https://example.com/one.jpg"><figcaption>'
        "First</figcaption></figure></li></ul></div></div>",
    ),
    Body(
        "a cover keeps its picture and its words",
        '<div class="wp-block-cover is-light"><img fetchpriority="high" decoding="async" width="1600" '
        'height="900" class="wp-block-cover__image-background wp-image-31 size-large" alt="" '
        'src="https://example.com/sea.jpg" data-object-fit="cover"/><span aria-hidden="true" '
        'class="wp-block-cover__background has-background-dim"></span><div '
        'class="wp-block-cover__inner-container is-layout-flow wp-block-cover-is-layout-flow">\n<p '
        'class="has-text-align-center has-large-font-size">Out at sea</p>\n</div></div>',
        '<div><img width="1600" height="900" alt="" src="https://example.com/sea.jpg"><div>\n<p>Out at '
        "sea</p>\n</div></div>",
    ),
    Body(
        "a cover with a fixed background keeps its picture and its words",
        '<div class="wp-block-cover has-parallax"><div class="wp-block-cover__image-background '
        'wp-image-31 has-parallax" style="background-position:50% '
        '50%;background-image:url(https://example.com/sea.jpg)"></div><span aria-hidden="true" '
        'class="wp-block-cover__background has-background-dim"></span><div '
        'class="wp-block-cover__inner-container"><p>Out at sea</p></div></div>',
        '<div><div><figure><img src="https://example.com/sea.jpg" alt=""></figure></div><div><p>Out at sea'
        "</p></div></div>",
    ),
    Body(
        "media and text keep both",
        '<div class="wp-block-media-text is-stacked-on-mobile" style="grid-template-columns:38% auto">'
        '<figure class="wp-block-media-text__media"><img decoding="async" width="400" height="300" '
        'src="https://example.com/tug.jpg" alt="A tug" class="wp-image-32 size-full"/></figure><div '
        'class="wp-block-media-text__content">\n<p>The tug <em>Example</em>.</p>\n</div></div>',
        '<div><figure><img width="400" height="300" src="https://example.com/tug.jpg" alt="A tug">'
        "</figure><div>\n<p>The tug <em>Example</em>.</p>\n</div></div>",
    ),
    Body(
        "a file keeps its link, and the frame that shows it goes",
        '<div data-wp-interactive="core/file" class="wp-block-file"><object data-wp-bind--hidden='
        '"!state.hasPdfPreview" hidden class="wp-block-file__embed" data="https://example.com/report.pdf" '
        'type="application/pdf" style="width:100%;height:600px" aria-label="Embed of Report."></object><a '
        'id="wp-block-file--media-1" href="https://example.com/report.pdf">Report</a> <a '
        'href="https://example.com/report.pdf" class="wp-block-file__button wp-element-button" download '
        'aria-describedby="wp-block-file--media-1">Download</a></div>',
        '<div><a href="https://example.com/report.pdf">Report</a> '
        '<a href="https://example.com/report.pdf">Download</a></div>',
    ),
    Body(
        "an audio block can be played",
        '<figure class="wp-block-audio"><audio controls src="https://example.com/waves.mp3" '
        'preload="none" loop></audio><figcaption class="wp-element-caption">Waves</figcaption></figure>',
        '<figure><audio controls src="https://example.com/waves.mp3"></audio><figcaption>Waves</figcaption>'
        "</figure>",
    ),
    Body(
        "a video block keeps its poster, its tracks and its size",
        '<figure class="wp-block-video"><video height="720" style="aspect-ratio: 1280 / 720;" '
        'width="1280" controls poster="/still.jpg" preload="metadata" src="https://example.com/tide.mp4" '
        'playsinline><track src="/tide.vtt" label="English" srclang="en" kind="subtitles"/></video>'
        '<figcaption class="wp-element-caption">Tide</figcaption></figure>',
        '<figure><video height="720" width="1280" controls poster="https://example.com/still.jpg" '
        'src="https://example.com/tide.mp4"><track src="https://example.com/tide.vtt" label="English" '
        'srclang="en" kind="subtitles"></video><figcaption>Tide</figcaption></figure>',
    ),
)

LAYOUT_BLOCKS = (
    Body(
        "columns come one after another",
        '<div class="wp-block-columns is-layout-flex wp-container-core-columns-is-layout-1 '
        'wp-block-columns-is-layout-flex">\n<div class="wp-block-column is-layout-flow" '
        'style="flex-basis:66.66%">\n<p>Left</p>\n</div>\n\n\n\n<div class="wp-block-column '
        'is-layout-flow">\n<p>Right</p>\n</div>\n</div>',
        "<div>\n<div>\n<p>Left</p>\n</div>\n\n\n\n<div>\n<p>Right</p>\n</div>\n</div>",
    ),
    Body(
        "a column without anything in it goes",
        '<div class="wp-block-columns"><div class="wp-block-column"><p>Left</p></div><div '
        'class="wp-block-column"></div></div>',
        "<div><div><p>Left</p></div></div>",
    ),
    Body(
        "a group keeps the element it was made of",
        '<section class="wp-block-group has-background" style="padding-top:2em"><div '
        'class="wp-block-group__inner-container is-layout-constrained"><p>In a section</p></div></section>'
        '<aside class="wp-block-group"><p>Beside it</p></aside>',
        "<section><div><p>In a section</p></div></section><aside><p>Beside it</p></aside>",
    ),
    Body(
        "buttons are links",
        '<div class="wp-block-buttons is-layout-flex"><div class="wp-block-button"><a '
        'class="wp-block-button__link has-background wp-element-button" href="/contact/" '
        'style="border-radius:0px">Contact us</a></div><div class="wp-block-button is-style-outline"><a '
        'class="wp-block-button__link wp-element-button" href="https://example.org/shop" target="_blank" '
        'rel="noreferrer noopener">Shop</a></div></div>',
        '<div><div><a href="https://example.com/contact/">Contact us</a></div><div>'
        '<a href="https://example.org/shop">Shop</a></div></div>',
    ),
    Body(
        "a button without a word goes",
        '<p>One.</p><div class="wp-block-buttons"><div class="wp-block-button"><a '
        'class="wp-block-button__link wp-element-button"></a></div></div>',
        "<p>One.</p>",
    ),
    Body(
        "an html block is as it was typed, without what runs",
        '<div id="widget" onclick="go()"><p>By <font color="red">hand</font></p><center>Middle</center>'
        "<script>go()</script><style>p{color:red}</style></div>",
        "<div><p>By hand</p><div>Middle</div></div>",
    ),
    Body(
        # why: what is to be pressed or filled in does nothing in a reader; its words would join the text.
        "controls outside a form go with their words",
        '<pre class="wp-block-code"><code>ls</code></pre><button type="button" class="copy">Copy</button>'
        "<p>Size <select><option>S</option><option>M</option></select><textarea>Your note</textarea></p>",
        "<pre><code>ls</code></pre><p>Size </p>",
    ),
    Body(
        # why: a label is no element of the policy, but its class says whom it is for.
        "a label for screen readers goes with its words",
        '<p>One.<label class="screen-reader-text" for="s">Search for:</label></p>',
        "<p>One.</p>",
    ),
    Body(
        "a list of the latest posts stays",
        '<ul class="wp-block-latest-posts__list has-dates has-author wp-block-latest-posts"><li><a '
        'class="wp-block-latest-posts__post-title" href="https://example.com/news/other/">Another '
        'story</a><div class="wp-block-latest-posts__post-author">by Ada</div><time '
        'datetime="2026-03-01T09:00:00+00:00" class="wp-block-latest-posts__post-date">March 1, '
        "2026</time></li></ul>",
        '<ul><li><a href="https://example.com/news/other/">Another story</a><div>by Ada</div>'
        '<time datetime="2026-03-01T09:00:00+00:00">March 1, 2026</time></li></ul>',
    ),
    Body(
        "the items of a feed shown in a post stay",
        "<ul class=\"has-dates wp-block-rss\"><li class='wp-block-rss__item'><div "
        "class='wp-block-rss__item-title'><a href='https://example.org/item/'>An item</a></div><time "
        'datetime="2026-03-01T09:00:00+00:00" class="wp-block-rss__item-publish-date">March 1, 2026</time>'
        ' <span class="wp-block-rss__item-author">by Ada</span><div class="wp-block-rss__item-excerpt">It '
        "begins &#91;&hellip;&#93;</div></li></ul>",
        '<ul><li><div><a href="https://example.org/item/">An item</a></div><time '
        'datetime="2026-03-01T09:00:00+00:00">March 1, 2026</time> by Ada<div>It begins […]</div></li>'
        "</ul>",
    ),
    Body(
        "a search form goes",
        '<p>One.</p><form role="search" method="get" action="https://example.com/" '
        'class="wp-block-search__button-outside wp-block-search"><label class="wp-block-search__label" '
        'for="wp-block-search__input-1">Search</label><div class="wp-block-search__inside-wrapper"><input '
        'class="wp-block-search__input" id="wp-block-search__input-1" type="search" name="s" required />'
        '<button aria-label="Search" class="wp-block-search__button wp-element-button" type="submit">'
        "Search</button></div></form>",
        "<p>One.</p>",
    ),
    Body(
        "archives are a list of links",
        '<ul class="wp-block-archives-list wp-block-archives">\t<li><a '
        "href='https://example.com/2026/03/'>March 2026</a>&nbsp;(4)</li>\n</ul>",
        '<ul>\t<li><a href="https://example.com/2026/03/">March 2026</a>\u00a0(4)</li>\n</ul>',
    ),
    Body(
        # why: a drop-down without its script leads nowhere, and its options run together as text.
        "archives as a drop-down go",
        '<p>One.</p><div class="wp-block-archives-dropdown wp-block-archives"><label '
        'for="wp-block-archives-1" class="wp-block-archives__label screen-reader-text">Archives</label>'
        '<select id="wp-block-archives-1" name="archive-dropdown"><option value="">Select Month</option>'
        '<option value="https://example.com/2026/03/"> March 2026 </option></select><script>/* x '
        "*/</script></div>",
        "<p>One.</p>",
    ),
    Body(
        # why: its cells hold their days though they are empty; its links lead to other days.
        "a calendar is a table",
        '<div class="wp-block-calendar"><table id="wp-calendar" class="wp-calendar-table"><caption>March '
        '2026</caption><thead><tr><th scope="col" aria-label="Saturday">S</th><th scope="col" '
        'aria-label="Sunday">S</th></tr></thead><tbody><tr><td class="pad">&nbsp;</td><td id="today"><a '
        'href="https://example.com/2026/03/01/" aria-label="Posts published on March 1, 2026">1</a></td>'
        '</tr></tbody></table><nav aria-label="Previous and next months" class="wp-calendar-nav"><span '
        'class="wp-calendar-nav-prev"><a href="https://example.com/2026/02/">&laquo; Feb</a></span></nav>'
        "</div>",
        '<div><table><caption>March 2026</caption><thead><tr><th scope="col">S</th><th scope="col">S</th>'
        '</tr></thead><tbody><tr><td>\u00a0</td><td><a href="https://example.com/2026/03/01/">1</a></td>'
        '</tr></tbody></table><nav><a href="https://example.com/2026/02/">« Feb</a></nav></div>',
    ),
    Body(
        "a tag cloud is its links",
        '<p class="wp-block-tag-cloud"><a href="https://example.com/tag/sea/" class="tag-cloud-link '
        'tag-link-5 tag-link-position-1" style="font-size: 8pt;" aria-label="Sea (1 item)">Sea</a>\n<a '
        'href="https://example.com/tag/sun/" class="tag-cloud-link tag-link-6 tag-link-position-2" '
        'style="font-size: 22pt;" aria-label="Sun (9 items)">Sun<span class="tag-link-count"> (9)</span>'
        "</a></p>",
        '<p><a href="https://example.com/tag/sea/">Sea</a>\n<a href="https://example.com/tag/sun/">Sun '
        "(9)</a></p>",
    ),
    Body(
        "social links go",
        '<p>One.</p><ul class="wp-block-social-links is-layout-flex"><li class="wp-social-link '
        'wp-social-link-x wp-block-social-link"><a href="https://x.com/example" '
        'class="wp-block-social-link-anchor"><svg width="24" height="24"><path d="M1 1"></path></svg>'
        '<span class="wp-block-social-link-label screen-reader-text">X</span></a></li></ul>',
        "<p>One.</p>",
    ),
    Body(
        "a query loop is a list of posts",
        '<div class="wp-block-query is-layout-flow"><ul class="wp-block-post-template is-layout-flow '
        'wp-block-post-template-is-layout-flow"><li class="wp-block-post post-71 post type-post '
        'status-publish format-standard hentry category-sea"><h2 class="wp-block-post-title"><a '
        'href="https://example.com/news/other/" target="_self">Another story</a></h2><div '
        'class="wp-block-post-date"><time datetime="2026-03-01T09:00:00+00:00">March 1, 2026</time></div>'
        "</li></ul></div>",
        '<div><ul><li><h2><a href="https://example.com/news/other/">Another story</a></h2><div>'
        '<time datetime="2026-03-01T09:00:00+00:00">March 1, 2026</time></div></li></ul></div>',
    ),
    Body(
        "an avatar is a picture for sharp screens",
        "<div class=\"wp-block-avatar\"><img alt='Ada Example Avatar' "
        "src='https://secure.gravatar.com/avatar/0a1b?s=96&#038;d=mm&#038;r=g' "
        "srcset='https://secure.gravatar.com/avatar/0a1b?s=192&#038;d=mm&#038;r=g 2x' class='avatar "
        "avatar-96 photo wp-block-avatar__image' height='96' width='96' decoding='async'/></div>",
        '<div><img alt="Ada Example Avatar" src="https://secure.gravatar.com/avatar/0a1b?s=192&amp;d='
        'mm&amp;r=g" srcset="https://secure.gravatar.com/avatar/0a1b?s=192&amp;d=mm&amp;r=g 2x" '
        'height="96" width="96"></div>',
    ),
    Body(
        "a site's logo stays with its link",
        '<div class="wp-block-site-logo"><a href="https://example.com/" class="custom-logo-link" '
        'rel="home" aria-current="page"><img width="120" height="40" src="https://example.com/logo.png" '
        'class="custom-logo" alt="Example News" decoding="async" /></a></div>',
        '<div><a href="https://example.com/"><img width="120" height="40" '
        'src="https://example.com/logo.png" alt="Example News"></a></div>',
    ),
    Body(
        "a shortcode of a plug-in that is gone goes",
        '<p>One.</p><p>[contact-form-7 id="12" title="Contact"]</p>',
        "<p>One.</p>",
    ),
)

# Embeds

EMBEDS = (
    Body(
        "a YouTube block is a linked picture and the player",
        '<figure class="wp-block-embed is-type-video is-provider-youtube wp-block-embed-youtube '
        'wp-embed-aspect-16-9 wp-has-aspect-ratio"><div class="wp-block-embed__wrapper">\n<iframe '
        'loading="lazy" title="A walk &amp; a talk" width="500" height="281" '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ?feature=oembed" frameborder="0" '
        'allow="accelerometer; autoplay; clipboard-write; web-share" '
        'referrerpolicy="strict-origin-when-cross-origin" allowfullscreen></iframe>\n</div><figcaption '
        'class="wp-element-caption">The quay</figcaption></figure>',
        '<figure><div>\n<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="A walk &amp; a '
        'talk" src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe height="281" '
        'width="500" src="https://www.youtube.com/embed/aqz-KE-bpKQ?feature=oembed" title="A walk &amp; a '
        'talk" allowfullscreen=""></iframe>\n</div><figcaption>The quay</figcaption></figure>',
    ),
    Body(
        "YouTube without cookies has the same page and keeps its player",
        '<p><iframe width="560" height="315" src="https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?start'
        '=9" title="A walk" frameborder="0" allowfullscreen></iframe></p>',
        '<p><a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="A walk" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe height="315" width="560" '
        'src="https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ?start=9" title="A walk" '
        'allowfullscreen=""></iframe></p>',
    ),
    Body(
        # why: a linked picture needs a name; without a title its page is all there is to say.
        "Jetpack's YouTube without a title is named by its page",
        '<span class="embed-youtube" style="text-align:center; display: block;"><iframe '
        'class="youtube-player" width="640" height="360" src="https://www.youtube.com/embed/aqz-KE-bpKQ?'
        'version=3&#038;rel=1&#038;fs=1" allowfullscreen="" style="border:0;" sandbox="allow-scripts '
        'allow-same-origin"></iframe></span>',
        '<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img '
        'alt="https://www.youtube.com/watch?v=aqz-KE-bpKQ" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe height="360" width="640" '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ?version=3&amp;rel=1&amp;fs=1" allowfullscreen="">'
        "</iframe>",
    ),
    Body(
        "a player whose address lacks its scheme is shown by https",
        '<iframe src="//www.youtube.com/embed/aqz-KE-bpKQ" title="A walk"></iframe>',
        '<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="A walk" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="A walk"></iframe>',
    ),
    Body(
        "a player from before https is shown by https",
        '<iframe src="http://player.vimeo.com/video/76979871" title="Tide"></iframe>',
        '<a href="https://vimeo.com/76979871">Tide</a><br>'
        '<iframe src="https://player.vimeo.com/video/76979871" title="Tide"></iframe>',
    ),
    Body(
        "a Vimeo block is a link and the player",
        '<figure class="wp-block-embed is-type-video is-provider-vimeo wp-block-embed-vimeo"><div '
        'class="wp-block-embed__wrapper"><iframe title="Tide" '
        'src="https://player.vimeo.com/video/76979871?dnt=1&amp;app_id=122963" width="500" height="281" '
        'frameborder="0" allow="autoplay; fullscreen" allowfullscreen></iframe></div></figure>',
        '<figure><div><a href="https://vimeo.com/76979871">Tide</a><br><iframe height="281" width="500" '
        'src="https://player.vimeo.com/video/76979871?dnt=1&amp;app_id=122963" title="Tide" '
        'allowfullscreen=""></iframe></div></figure>',
    ),
    Body(
        "an unlisted Vimeo film keeps the key to its page",
        # why: without the key the page says that it does not exist.
        '<iframe title="Tide" src="https://player.vimeo.com/video/76979871?h=8272103f6e" width="500" '
        'height="281"></iframe>',
        '<a href="https://vimeo.com/76979871/8272103f6e">Tide</a><br><iframe height="281" width="500" '
        'src="https://player.vimeo.com/video/76979871?h=8272103f6e" title="Tide"></iframe>',
    ),
    Body(
        "a post on X is a quotation with a link to it",
        '<figure class="wp-block-embed is-type-rich is-provider-twitter wp-block-embed-twitter"><div '
        'class="wp-block-embed__wrapper">\n<blockquote class="twitter-tweet" data-width="500" '
        'data-dnt="true"><p lang="en" dir="ltr">We sail at six. <a href="https://t.co/abc">'
        "https://t.co/abc</a></p>&mdash; Example (@example) <a "
        'href="https://twitter.com/example/status/1234567890?ref_src=twsrc%5Etfw">March 3, 2026</a>'
        '</blockquote><script async src="https://platform.twitter.com/widgets.js" charset="utf-8">'
        "</script>\n</div></figure>",
        '<figure><div>\n<blockquote><p lang="en" dir="ltr">We sail at six. <a href="https://t.co/abc">'
        'https://t.co/abc</a></p>— Example (@example) <a href="https://twitter.com/example/status/'
        '1234567890?ref_src=twsrc%5Etfw">March 3, 2026</a></blockquote>\n</div></figure>',
    ),
    Body(
        "a quoted post that only cites its page gets a link to it",
        '<blockquote class="twitter-tweet" cite="https://x.com/example/status/1234567890"><p>We sail at '
        "six.</p></blockquote>",
        '<blockquote cite="https://x.com/example/status/1234567890"><p>We sail at six.</p>'
        '<a href="https://x.com/example/status/1234567890">https://x.com/example/status/1234567890</a>'
        "</blockquote>",
    ),
    Body(
        "a quoted post that tells nothing of its page gets no link",
        '<blockquote class="twitter-tweet"><p>We sail at six.</p></blockquote>',
        "<blockquote><p>We sail at six.</p></blockquote>",
    ),
    Body(
        "a Spotify album is a link and the player",
        '<iframe title="Spotify Embed: Sea Songs" style="border-radius: 12px" width="100%" height="352" '
        'frameborder="0" allowfullscreen allow="autoplay; encrypted-media" loading="lazy" '
        'src="https://open.spotify.com/embed/album/1DFixLWuPkv3KT3TnV35m3?si=a1b2&amp;utm_source=oembed">'
        "</iframe>",
        '<a href="https://open.spotify.com/album/1DFixLWuPkv3KT3TnV35m3">Spotify Embed: Sea Songs</a><br>'
        '<iframe height="352" width="100%" src="https://open.spotify.com/embed/album/'
        '1DFixLWuPkv3KT3TnV35m3?si=a1b2&amp;utm_source=oembed" title="Spotify Embed: Sea Songs" '
        'allowfullscreen=""></iframe>',
    ),
    Body(
        "a SoundCloud track is linked by the address that its player names",
        '<iframe title="Waves by Example" width="500" height="400" scrolling="no" frameborder="no" '
        'src="https://w.soundcloud.com/player/?visual=true&#038;url=https%3A%2F%2Fapi.soundcloud.'
        'com%2Ftracks%2F293&#038;show_artwork=true"></iframe>',
        '<a href="https://api.soundcloud.com/tracks/293">Waves by Example</a><br><iframe height="400" '
        'width="500" src="https://w.soundcloud.com/player/?visual=true&amp;url=https%3A%2F%2Fapi.'
        'soundcloud.com%2Ftracks%2F293&amp;show_artwork=true" title="Waves by Example"></iframe>',
    ),
    Body(
        "a TikTok quotation gets the link that its script would have made",
        '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@example/video/7106594312292453675"'
        ' data-video-id="7106594312292453675" data-embed-from="oembed" style="max-width:605px; '
        'min-width:325px;"><section><a target="_blank" title="@example" '
        'href="https://www.tiktok.com/@example?refer=embed">@example</a><p>Boats at dawn <a '
        'title="harbour" target="_blank" href="https://www.tiktok.com/tag/harbour?refer=embed">'
        '#harbour</a></p></section></blockquote><script async src="https://www.tiktok.com/embed.js">'
        "</script>",
        '<blockquote cite="https://www.tiktok.com/@example/video/7106594312292453675"><section><a '
        'title="@example" href="https://www.tiktok.com/@example?refer=embed">@example</a><p>Boats at dawn '
        '<a title="harbour" href="https://www.tiktok.com/tag/harbour?refer=embed">#harbour</a></p>'
        '</section><a href="https://www.tiktok.com/@example/video/7106594312292453675">'
        "https://www.tiktok.com/@example/video/7106594312292453675</a></blockquote>",
    ),
    Body(
        "a TikTok player is a link to itself and the player",
        '<iframe src="https://www.tiktok.com/embed/v2/7106594312292453675" title="Boats"></iframe>',
        '<a href="https://www.tiktok.com/embed/v2/7106594312292453675">Boats</a><br>'
        '<iframe src="https://www.tiktok.com/embed/v2/7106594312292453675" title="Boats"></iframe>',
    ),
    Body(
        "an Instagram post keeps its words and its link and loses its empty boxes",
        '<blockquote class="instagram-media" data-instgrm-captioned '
        'data-instgrm-permalink="https://www.instagram.com/p/CxExample1/?utm_source=ig_embed&amp;utm_'
        'campaign=loading" data-instgrm-version="14" style=" background:#FFF; border:0;"><div '
        'style="padding:16px;"> <a href="https://www.instagram.com/p/CxExample1/?utm_source=ig_embed&amp;'
        'utm_campaign=loading" style=" background:#FFFFFF;" target="_blank"><div style=" display: flex;">'
        '<div style="height: 40px;"></div></div><div style="padding: 19% 0;"></div><div '
        'style="color:#3897f0;">View this post on Instagram</div></a></div></blockquote><script async '
        'src="//www.instagram.com/embed.js"></script>',
        '<blockquote><div> <a href="https://www.instagram.com/p/CxExample1/?utm_source=ig_embed&amp;utm_'
        'campaign=loading"><div>View this post on Instagram</div></a></div></blockquote>',
    ),
    Body(
        "an Instagram post without a link gets one",
        '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/'
        'CxExample1/" data-instgrm-version="14"><p>Boats at dawn</p></blockquote>',
        '<blockquote><p>Boats at dawn</p><a href="https://www.instagram.com/p/CxExample1/">'
        "https://www.instagram.com/p/CxExample1/</a></blockquote>",
    ),
    Body(
        # why: the two addresses differ in what counts readers, and lead to one page.
        "an Instagram post whose link lacks the counting query needs no second link",
        '<blockquote class="instagram-media" '
        'data-instgrm-permalink="https://www.instagram.com/p/CxExample1/?utm_source=ig_embed"><p><a '
        'href="https://www.instagram.com/p/CxExample1/">Boats at dawn</a></p></blockquote>',
        '<blockquote><p><a href="https://www.instagram.com/p/CxExample1/">Boats at dawn</a></p>'
        "</blockquote>",
    ),
    Body(
        # why: the address alone is what the box holds; the line breaks around it say nothing.
        "an address that WordPress could not embed becomes a link",
        '<figure class="wp-block-embed is-provider-instagram wp-block-embed-instagram"><div '
        'class="wp-block-embed__wrapper">\nhttps://www.instagram.com/p/CxExample1/?a=1&#038;b=2\n</div>'
        "</figure>",
        '<figure><div><a href="https://www.instagram.com/p/CxExample1/?a=1&amp;b=2">'
        "https://www.instagram.com/p/CxExample1/?a=1&amp;b=2</a></div></figure>",
    ),
    Body(
        "an address alone in a paragraph, which WordPress could not embed, becomes a link",
        "<p>https://www.youtube.com/watch?v=aqz-KE-bpKQ</p>\n<p> https://example.org/film?a=1&#038;b=2 "
        "</p>",
        '<p><a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ">https://www.youtube.com/watch?v=aqz-KE-bpKQ'
        '</a></p>\n<p><a href="https://example.org/film?a=1&amp;b=2">https://example.org/film?a=1&amp;b=2'
        "</a></p>",
    ),
    Body(
        "an address in a sentence stays text",
        "<p>See https://example.org/film</p><p>https://example.org/a https://example.org/b</p>",
        "<p>See https://example.org/film</p><p>https://example.org/a https://example.org/b</p>",
    ),
    Body(
        "a Facebook address that WordPress no longer embeds becomes a link",
        '<figure class="wp-block-embed is-type-rich is-provider-facebook"><div '
        'class="wp-block-embed__wrapper">https://www.facebook.com/example/posts/1234</div><figcaption '
        'class="wp-element-caption">Our post</figcaption></figure>',
        '<figure><div><a href="https://www.facebook.com/example/posts/1234">'
        "https://www.facebook.com/example/posts/1234</a></div><figcaption>Our post</figcaption></figure>",
    ),
    Body(
        # why: the box that a script would fill holds the link instead.
        "a Facebook box is a link to its post",
        '<div id="fb-root"></div><script async defer src="https://connect.facebook.net/en_US/sdk.js">'
        '</script><div class="fb-post" data-href="https://www.facebook.com/example/posts/1234" '
        'data-width="552"></div>',
        '<div><a href="https://www.facebook.com/example/posts/1234">'
        "https://www.facebook.com/example/posts/1234</a></div>",
    ),
    Body(
        "a Facebook box without an address goes",
        '<p>One.</p><div class="fb-post" data-width="552"></div>',
        "<p>One.</p>",
    ),
    Body(
        "a Facebook film keeps the link that it holds",
        '<div class="fb-video" data-href="https://www.facebook.com/example/videos/55/" data-width="500">'
        '<blockquote cite="https://www.facebook.com/example/videos/55/" class="fb-xfbml-parse-ignore"><a '
        'href="https://www.facebook.com/example/videos/55/">Tide</a></blockquote></div>',
        '<div><blockquote cite="https://www.facebook.com/example/videos/55/">'
        '<a href="https://www.facebook.com/example/videos/55/">Tide</a></blockquote></div>',
    ),
    Body(
        "a Facebook frame is a link alone",
        '<iframe src="https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.'
        'com%2Fexample%2Fposts%2F1234&amp;width=500" width="500" height="300" title="Our post"></iframe>',
        '<a href="https://www.facebook.com/plugins/post.php?href=https%3A%2F%2Fwww.facebook.com%2Fexample%'
        '2Fposts%2F1234&amp;width=500">Our post</a>',
    ),
    Body(
        "a Dailymotion film is a linked picture and the player",
        '<iframe title="Tide" frameborder="0" width="500" height="281" '
        'src="https://www.dailymotion.com/embed/video/x8abcde" allowfullscreen></iframe>',
        '<a href="https://www.dailymotion.com/video/x8abcde"><img alt="Tide" '
        'src="https://www.dailymotion.com/thumbnail/video/x8abcde"></a><br><iframe height="281" '
        'width="500" src="https://www.dailymotion.com/embed/video/x8abcde" title="Tide" '
        'allowfullscreen=""></iframe>',
    ),
    Body(
        # why: the film's id stands in the query; its page and its picture are those of the other player.
        "Dailymotion's newer player has the same page",
        '<iframe title="Tide" width="500" height="281" src="https://geo.dailymotion.com/player.html?video='
        'x8abcde"></iframe>',
        '<a href="https://www.dailymotion.com/video/x8abcde"><img alt="Tide" '
        'src="https://www.dailymotion.com/thumbnail/video/x8abcde"></a><br><iframe height="281" '
        'width="500" src="https://geo.dailymotion.com/player.html?video=x8abcde" title="Tide"></iframe>',
    ),
    Body(
        # why: www.ted.com has a page for people under the same name.
        "a TED talk is a link and the player",
        '<iframe title="Why harbours matter" src="https://embed.ted.com/talks/ada_example_why_harbours_'
        'matter" width="500" height="282" frameborder="0" scrolling="no" webkitAllowFullScreen '
        "mozallowfullscreen allowFullScreen></iframe>",
        '<a href="https://www.ted.com/talks/ada_example_why_harbours_matter">Why harbours matter</a><br>'
        '<iframe height="282" width="500" src="https://embed.ted.com/talks/ada_example_why_harbours_matter'
        '" title="Why harbours matter" allowfullscreen=""></iframe>',
    ),
    Body(
        # why: podcasts.apple.com has a page for people under the same path.
        "an Apple podcast is a link and the player",
        '<iframe title="Harbour Talk" height="175" width="100%" '
        'src="https://embed.podcasts.apple.com/us/podcast/harbour-talk/id1234567890"></iframe>',
        '<a href="https://podcasts.apple.com/us/podcast/harbour-talk/id1234567890">Harbour Talk</a><br>'
        '<iframe height="175" width="100%" src="https://embed.podcasts.apple.com/us/podcast/harbour-talk/'
        'id1234567890" title="Harbour Talk"></iframe>',
    ),
    Body(
        "a Bandcamp player is a link to itself and the player",
        '<iframe title="Waves, by Example" width="400" height="120" '
        'src="https://bandcamp.com/EmbeddedPlayer/v=2/album=1234567890/size=large/artwork=small/" '
        "seamless></iframe>",
        '<a href="https://bandcamp.com/EmbeddedPlayer/v=2/album=1234567890/size=large/artwork=small/">'
        'Waves, by Example</a><br><iframe height="120" width="400" '
        'src="https://bandcamp.com/EmbeddedPlayer/v=2/album=1234567890/size=large/artwork=small/" '
        'title="Waves, by Example"></iframe>',
    ),
    Body(
        # why: videopress.com has a page for people under the same key.
        "a VideoPress film is a link and the player",
        '<iframe title="Tide" aria-label="VideoPress Video Player" width="500" height="281" '
        'src="https://videopress.com/embed/AbCdEfGh?hd=1&amp;cover=1" frameborder="0" allowfullscreen '
        'data-resize-to-parent="true"></iframe><script src="https://v0.wordpress.com/js/next/'
        'videopress-iframe.js?m=1"></script>',
        '<a href="https://videopress.com/v/AbCdEfGh">Tide</a><br><iframe height="281" width="500" '
        'src="https://videopress.com/embed/AbCdEfGh?hd=1&amp;cover=1" title="Tide" allowfullscreen="">'
        "</iframe>",
    ),
    Body(
        # why: archive.org has a page for people under the same name.
        "a recording of the Internet Archive is a link and the player",
        '<iframe title="Waves" src="https://archive.org/embed/example-waves" width="500" height="30">'
        "</iframe>",
        '<a href="https://archive.org/details/example-waves">Waves</a><br><iframe height="30" width="500" '
        'src="https://archive.org/embed/example-waves" title="Waves"></iframe>',
    ),
    Body(
        # why: the frame shows one post, and x.com finds it by its number.
        "a frame with a post on X is a link and the frame",
        '<iframe title="X Post" width="550" height="400" '
        'src="https://platform.twitter.com/embed/Tweet.html?dnt=true&amp;id=1234567890"></iframe>',
        '<a href="https://x.com/i/status/1234567890">X Post</a><br><iframe height="400" width="550" '
        'src="https://platform.twitter.com/embed/Tweet.html?dnt=true&amp;id=1234567890" title="X Post">'
        "</iframe>",
    ),
    Body(
        "a WordPress post is quoted, and its frame goes",
        '<figure class="wp-block-embed is-type-wp-embed is-provider-example wp-block-embed-example"><div '
        'class="wp-block-embed__wrapper">\n<blockquote class="wp-embedded-content" '
        'data-secret="mF1vAbCdEf"><a href="https://example.org/story/">A story elsewhere</a></blockquote>'
        '<iframe loading="lazy" class="wp-embedded-content" sandbox="allow-scripts" security="restricted" '
        'style="position: absolute; visibility: hidden;" title="&#8220;A story elsewhere&#8221; &#8212; '
        'Example" src="https://example.org/story/embed/#?secret=mF1vAbCdEf" data-secret="mF1vAbCdEf" '
        'width="500" height="282" frameborder="0" marginwidth="0" marginheight="0" scrolling="no">'
        "</iframe>\n</div></figure>",
        '<figure><div>\n<blockquote><a href="https://example.org/story/">A story elsewhere</a>'
        "</blockquote>\n</div></figure>",
    ),
    Body(
        "a Flickr photograph is a linked picture",
        '<div class="wp-block-embed__wrapper"><a href="https://flic.kr/p/2example"><img decoding="async" '
        'src="https://live.staticflickr.com/65535/1_a_z.jpg" alt="Boats" width="500" height="333" /></a>'
        "</div>",
        '<div><a href="https://flic.kr/p/2example"><img src="https://live.staticflickr.com/65535/1_a_z.jpg'
        '" alt="Boats" width="500" height="333"></a></div>',
    ),
    Body(
        "a Reddit post is a quotation with its links",
        '<blockquote class="reddit-embed-bq" style="height:316px" data-embed-height="316"><a '
        'href="https://www.reddit.com/r/boats/comments/1a/first/">First boat</a><br> by <a '
        'href="https://www.reddit.com/user/example/">u/example</a></blockquote><script async '
        'src="https://embed.reddit.com/widgets.js" charset="UTF-8"></script>',
        '<blockquote><a href="https://www.reddit.com/r/boats/comments/1a/first/">First boat</a><br> by '
        '<a href="https://www.reddit.com/user/example/">u/example</a></blockquote>',
    ),
    Body(
        "a map is a link",
        '<p>Find us: <iframe style="border:0" src="https://www.google.com/maps/embed?pb=!1m18!1m12" '
        'width="600" height="450" title="Map of the harbour" allowfullscreen loading="lazy"></iframe></p>',
        '<p>Find us: <a href="https://www.google.com/maps/embed?pb=!1m18!1m12">Map of the harbour</a></p>',
    ),
    Body(
        "a frame of an unknown host without a title is a link named by its host",
        '<p><iframe src="https://newsroom.example/chart/7/" width="600" height="400"></iframe></p>',
        '<p><a href="https://newsroom.example/chart/7/">newsroom.example</a></p>',
    ),
    Body(
        "a frame without an address is nothing",
        '<p>One.</p><p><iframe width="600" height="400" title="Nothing"></iframe></p>',
        "<p>One.</p>",
    ),
    Body(
        "a host whose name only begins as YouTube's is a link alone",
        '<iframe src="https://www.youtube.com.example.org/embed/aqz-KE-bpKQ" title="A walk"></iframe>',
        '<a href="https://www.youtube.com.example.org/embed/aqz-KE-bpKQ">A walk</a>',
    ),
    Body(
        "embed shortcodes that were not rendered leave a link",
        "<p>[embed]https://example.org/film[/embed]</p>"
        '<p>[embed width="500" height="281"]https://example.org/other[/embed]</p>',
        '<p><a href="https://example.org/film">https://example.org/film</a></p><p><a '
        'href="https://example.org/other">https://example.org/other</a></p>',
    ),
    Body(
        "a frame that WP Rocket would load later is shown once",
        '<div class="wp-block-embed__wrapper"><iframe title="A walk" width="500" height="281" '
        'src="about:blank" data-rocket-lazyload="fitvidscompatible" '
        'data-lazy-src="https://www.youtube.com/embed/aqz-KE-bpKQ" frameborder="0" allowfullscreen>'
        '</iframe><noscript><iframe title="A walk" width="500" height="281" '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ" frameborder="0" allowfullscreen></iframe>'
        "</noscript></div>",
        '<div><a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="A walk" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe height="281" width="500" '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="A walk" allowfullscreen=""></iframe></div>',
    ),
    Body(
        "a frame that lazysizes would load later is shown",
        '<iframe class="lazyload" data-src="https://player.vimeo.com/video/76979871" title="Tide" '
        'width="500" height="281"></iframe>',
        '<a href="https://vimeo.com/76979871">Tide</a><br><iframe height="281" width="500" '
        'src="https://player.vimeo.com/video/76979871" title="Tide"></iframe>',
    ),
    Body(
        # why: the empty stand-in and the frame in the noscript are one film, to be shown once.
        "WP Rocket's stand-in for a YouTube player is the player",
        '<div class="rll-youtube-player" data-src="https://www.youtube.com/embed/aqz-KE-bpKQ" '
        'data-id="aqz-KE-bpKQ" data-query=""></div><noscript><iframe '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ"></iframe></noscript>',
        '<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img '
        'alt="https://www.youtube.com/watch?v=aqz-KE-bpKQ" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br>'
        '<iframe src="https://www.youtube.com/embed/aqz-KE-bpKQ"></iframe>',
    ),
)

# The classic editor

CLASSIC = (
    Body(
        "a classic caption becomes a figure",
        '<div id="attachment_12" style="width: 310px" class="wp-caption alignleft"><img loading="lazy" '
        'decoding="async" aria-describedby="caption-attachment-12" class="size-medium wp-image-12" '
        'src="https://example.com/pier-300x200.jpg" alt="The pier" width="300" height="200" /><p '
        'id="caption-attachment-12" class="wp-caption-text">The pier, <em>by day</em></p></div>',
        '<figure><img src="https://example.com/pier-300x200.jpg" alt="The pier" width="300" height="200">'
        "<figcaption>The pier, <em>by day</em></figcaption></figure>",
    ),
    Body(
        "a classic caption with a linked picture keeps its link",
        '<div class="wp-caption aligncenter" style="width: 410px"><a href="/pier/"><img '
        'src="https://example.com/pier.jpg" alt="The pier" /></a><p class="wp-caption-text">The pier</p>'
        "</div>",
        '<figure><a href="https://example.com/pier/"><img src="https://example.com/pier.jpg" alt="The '
        'pier"></a><figcaption>The pier</figcaption></figure>',
    ),
    Body(
        "a classic caption of a theme with HTML5 is a figure already",
        '<figure id="attachment_12" aria-describedby="caption-attachment-12" style="width: 300px" '
        'class="wp-caption alignright"><img src="https://example.com/pier.jpg" alt="The pier" />'
        '<figcaption id="caption-attachment-12" class="wp-caption-text">The pier</figcaption></figure>',
        '<figure><img src="https://example.com/pier.jpg" alt="The pier"><figcaption>The pier</figcaption>'
        "</figure>",
    ),
    Body(
        "a caption shortcode that was not rendered becomes a figure",
        '<p>[caption id="attachment_12" align="alignleft" width="300"]<img src="/pier.jpg" alt="The pier" '
        "/> The pier[/caption]</p>",
        '<figure><img src="https://example.com/pier.jpg" alt="The pier"><figcaption>The pier</figcaption>'
        "</figure>",
    ),
    Body(
        # why: the line break at the end only cleared the floats; there is nothing after it to part.
        "a classic gallery becomes figures with their captions",
        '<div id="gallery-1" class="gallery galleryid-5 gallery-columns-3 gallery-size-thumbnail"><dl '
        'class="gallery-item"><dt class="gallery-icon landscape"><a href="https://example.com/one/"><img '
        'width="150" height="150" src="https://example.com/one-150x150.jpg" class="attachment-thumbnail '
        'size-thumbnail" alt="One" aria-describedby="gallery-1-21" /></a></dt><dd class="wp-caption-text '
        'gallery-caption" id="gallery-1-21">First</dd></dl><dl class="gallery-item"><dt '
        'class="gallery-icon portrait"><a href="https://example.com/two/"><img width="150" height="150" '
        'src="https://example.com/two-150x150.jpg" alt="Two" /></a></dt></dl><br style="clear: both" />'
        "</div>",
        '<div><figure><a href="https://example.com/one/"><img width="150" height="150" '
        'src="https://example.com/one-150x150.jpg" alt="One"></a><figcaption>First</figcaption></figure>'
        '<figure><a href="https://example.com/two/"><img width="150" height="150" '
        'src="https://example.com/two-150x150.jpg" alt="Two"></a></figure></div>',
    ),
    Body(
        "a classic gallery of a theme with HTML5 keeps its figures",
        "<div id='gallery-2' class='gallery galleryid-5 gallery-columns-2 gallery-size-medium'><figure "
        "class='gallery-item'><div class='gallery-icon landscape'><img src=\"https://example.com/one.jpg\" "
        "alt=\"One\" /></div><figcaption class='wp-caption-text gallery-caption' id='gallery-2-21'>First"
        "</figcaption></figure><figure class='gallery-item'><div class='gallery-icon landscape'><img "
        'src="https://example.com/two.jpg" alt="Two" /></div></figure></div>',
        '<div><figure><div><img src="https://example.com/one.jpg" alt="One"></div><figcaption>'
        'First</figcaption></figure><figure><div><img src="https://example.com/two.jpg" alt="Two"></div>'
        "</figure></div>",
    ),
    Body(
        # why: a paragraph of breaks and hard spaces is space, in whatever order they come.
        "paragraphs of nothing go",
        "<p>One.</p><p>&nbsp;</p><p></p><p> </p><p><br /></p><p><br>&nbsp;<br></p><p>Two.</p>",
        "<p>One.</p><p>Two.</p>",
    ),
    Body(
        "line breaks between text stay",
        "<p>1 Example Street<br />\nHarbour Town<br />\n<br />\nThailand</p>",
        "<p>1 Example Street<br>\nHarbour Town<br>\n<br>\nThailand</p>",
    ),
    Body(
        "a paragraph that wpautop closed in the wrong place does no harm",
        "<p><div>One.</div></p><p>Two.</p>",
        "<div>One.</div><p>Two.</p>",
    ),
    Body(
        "a picture with an align class is a picture in its paragraph",
        '<p><img loading="lazy" decoding="async" class="alignleft size-medium wp-image-12" '
        'src="https://example.com/pier.jpg" alt="" width="300" height="200" />The pier.</p>',
        '<p><img src="https://example.com/pier.jpg" alt="" width="300" height="200">The pier.</p>',
    ),
    Body(
        "styles of the classic editor go but for what they mean",
        '<p style="text-align: center;"><span style="text-decoration: underline;">Under</span> <span '
        'style="color: #ff0000;"><strong>red</strong></span></p>',
        "<p><u>Under</u> <strong>red</strong></p>",
    ),
    Body(
        # why: a bold space between words is still a space.
        "a space in bold still parts two words",
        "<p>Two<strong> </strong>words and<em>&nbsp;</em>more</p>",
        "<p>Two words and\u00a0more</p>",
    ),
    Body(
        "emphasis of nothing goes",
        "<p>One<strong></strong> <em></em>word<a name='top'></a>.</p>",
        "<p>One word.</p>",
    ),
    Body(
        "the link to the rest of a post goes",
        '<p>The ferry leaves.</p><p><a href="https://example.com/news/post/#more-12" class="more-link">'
        '<span aria-label="Continue reading A story">(more&hellip;)</span></a></p>',
        "<p>The ferry leaves.</p>",
    ),
    Body(
        "a picture smiley of old is its text",
        '<p>Fine <img src="https://example.com/wp-includes/images/smilies/mrgreen.png" alt=":mrgreen:" '
        'class="wp-smiley" style="height: 1em; max-height: 1em;" /></p>',
        "<p>Fine :mrgreen:</p>",
    ),
    Body(
        "a classic film keeps its source and the link for those who cannot play it",
        '<div style="width: 640px;" class="wp-video"><!--[if lt IE 9]><script>'
        "document.createElement('video');</script><![endif]-->\n<video class=\"wp-video-shortcode\" "
        'id="video-12-1" width="640" height="360" preload="metadata" controls="controls"><source '
        'type="video/mp4" src="https://example.com/tide.mp4?_=1" /><a href="https://example.com/tide.mp4">'
        "https://example.com/tide.mp4</a></video></div>",
        '<div><video width="640" height="360" controls><source type="video/mp4" '
        'src="https://example.com/tide.mp4"><a href="https://example.com/tide.mp4">'
        "https://example.com/tide.mp4</a></video></div>",
    ),
    Body(
        "screen-reader text goes with its words",
        '<p>Read <a href="/b/">on<span class="screen-reader-text"> (opens in a new tab)</span></a></p>',
        '<p>Read <a href="https://example.com/b/">on</a></p>',
    ),
    Body(
        "centred text of old becomes a block",
        "<center><strong>Notice</strong></center><p>Closed.</p>",
        "<div><strong>Notice</strong></div><p>Closed.</p>",
    ),
)

# Pictures that a script would load later

LAZY = (
    Body(
        "native lazy loading is a plain picture",
        '<p><img loading="lazy" decoding="async" src="https://example.com/quay.jpg" alt="The quay"></p>',
        '<p><img src="https://example.com/quay.jpg" alt="The quay"></p>',
    ),
    Body(
        "a3 Lazy Load: the picture once, not its placeholder",
        '<p><img class="lazy lazy-hidden size-full" src="//example.com/wp-content/plugins/a3-lazy-load/'
        'assets/images/lazy_placeholder.gif" data-lazy-type="image" '
        'data-src="https://example.com/quay.jpg" alt="The quay" width="800" height="600"><noscript><img '
        'class="size-full" src="https://example.com/quay.jpg" alt="The quay" width="800" height="600">'
        "</noscript></p>",
        '<p><img src="https://example.com/quay.jpg" alt="The quay" width="800" height="600"></p>',
    ),
    Body(
        "WP Rocket: the picture with its sizes",
        '<figure class="wp-block-image"><img width="800" height="600" '
        "src=\"data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox="
        '\'0%200%20800%20600\'%3E%3C/svg%3E" alt="The quay" class="wp-image-12" '
        'data-lazy-srcset="https://example.com/quay.jpg 800w, https://example.com/quay-300.jpg 300w" '
        'data-lazy-src="https://example.com/quay-300.jpg"/><noscript><img width="800" height="600" '
        'src="https://example.com/quay-300.jpg" alt="The quay" class="wp-image-12" '
        'srcset="https://example.com/quay.jpg 800w, https://example.com/quay-300.jpg 300w"/></noscript>'
        "</figure>",
        '<figure><img width="800" height="600" alt="The quay" src="https://example.com/quay.jpg" '
        'srcset="https://example.com/quay.jpg 800w, https://example.com/quay-300.jpg 300w"></figure>',
    ),
    Body(
        # why: data-sizes="auto" is a word for the script, not a size.
        "Smush: the picture, without the script's sizes",
        '<img decoding="async" data-src="https://example.com/quay.jpg" alt="The quay" '
        'data-srcset="https://example.com/quay.jpg 800w, https://example.com/quay-300.jpg 300w" '
        'data-sizes="auto" src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=" class="wp-image-12 lazyload" '
        'style="--smush-placeholder-width: 800px; --smush-placeholder-aspect-ratio: 800/600;" /><noscript>'
        '<img src="https://example.com/quay.jpg" alt="The quay" /></noscript>',
        '<img alt="The quay" src="https://example.com/quay.jpg" srcset="https://example.com/quay.jpg 800w, '
        'https://example.com/quay-300.jpg 300w">',
    ),
    Body(
        "LiteSpeed: the picture within its link, once",
        '<p><a href="/quay/"><img data-lazyloaded="1" src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=" '
        'decoding="async" data-src="https://example.com/quay.jpg" alt="The quay" /><noscript><img '
        'decoding="async" src="https://example.com/quay.jpg" alt="The quay" /></noscript></a></p>',
        '<p><a href="https://example.com/quay/"><img alt="The quay" src="https://example.com/quay.jpg">'
        "</a></p>",
    ),
    Body(
        "Jetpack lazy images: the picture in full, not the pending one",
        '<p><img decoding="async" src="https://i0.wp.com/example.com/quay.jpg?resize=300%2C200&#038;ssl=1"'
        ' alt="The quay" data-lazy-srcset="https://i0.wp.com/example.com/quay.jpg?w=800&#038;ssl=1 800w" '
        'data-lazy-src="https://i0.wp.com/example.com/quay.jpg?resize=300%2C200&#038;ssl=1&#038;is-pending'
        '-load=1" srcset="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" '
        'class=" jetpack-lazy-image"><noscript><img data-lazy-fallback="1" '
        'src="https://i0.wp.com/example.com/quay.jpg?resize=300%2C200&#038;ssl=1" alt="The quay" '
        'srcset="https://i0.wp.com/example.com/quay.jpg?w=800&#038;ssl=1 800w"/></noscript></p>',
        '<p><img src="https://i0.wp.com/example.com/quay.jpg?w=800&amp;ssl=1" alt="The quay" '
        'srcset="https://i0.wp.com/example.com/quay.jpg?w=800&amp;ssl=1 800w"></p>',
    ),
    Body(
        "EWWW: the picture itself where a format is left to the script",
        '<img src="data:image/png;base64,iVBORw0KGgo=" data-src="https://example.com/quay.jpg" alt="The '
        'quay" class="lazyload ewww_webp_lazy_load" data-src-webp="https://example.com/quay.jpg.webp" '
        'data-eio-rwidth="800" data-eio-rheight="600" /><noscript><img src="https://example.com/quay.jpg" '
        'alt="The quay" data-eio="l" /></noscript>',
        '<img alt="The quay" src="https://example.com/quay.jpg">',
    ),
    Body(
        "Autoptimize: a double that comes first is shown once",
        '<figure class="wp-block-image"><noscript><img decoding="async" '
        'src="https://example.com/quay.jpg" alt="The quay" width="800" height="600" /></noscript><img '
        'class="lazyload wp-image-12" src=\'data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/'
        'svg%22%20viewBox=%220%200%20800%20600%22%3E%3C/svg%3E\' data-src="https://example.com/quay.jpg" '
        'alt="The quay" width="800" height="600" /></figure>',
        '<figure><img alt="The quay" width="800" height="600" src="https://example.com/quay.jpg"></figure>',
    ),
    Body(
        "Optimole: the picture in its final size",
        '<img decoding="async" data-opt-src="https://mlexample.i.optimole.com/w:800/h:600/q:mauto/https://'
        'example.com/quay.jpg" src="https://mlexample.i.optimole.com/w:80/h:60/q:eco/https://example.com/'
        'quay.jpg" alt="The quay" /><noscript><img src="https://mlexample.i.optimole.com/w:800/h:600/q:'
        'mauto/https://example.com/quay.jpg" alt="The quay" /></noscript>',
        '<img src="https://mlexample.i.optimole.com/w:800/h:600/q:mauto/https://example.com/quay.jpg" '
        'alt="The quay">',
    ),
    Body(
        "Avada: the picture that its theme would load",
        '<span class="fusion-imageframe imageframe-none imageframe-1 hover-type-none"><img '
        'decoding="async" width="800" height="600" alt="The quay" title="quay" '
        'src="data:image/svg+xml,%3Csvg%20xmlns%3D%27http%3A%2F%2Fwww.w3.'
        'org%2F2000%2Fsvg%27%3E%3C%2Fsvg%3E" data-orig-src="https://example.com/quay.jpg" class="lazyload '
        'img-responsive wp-image-12" srcset="data:image/svg+xml,%3Csvg%20xmlns%3D%27http%3A%2F%2Fwww.w3.'
        'org%2F2000%2Fsvg%27%3E%3C%2Fsvg%3E" data-srcset="https://example.com/quay-200x150.jpg 200w, '
        'https://example.com/quay.jpg 800w" data-sizes="auto" /></span>',
        '<img width="800" height="600" alt="The quay" title="quay" '
        'srcset="https://example.com/quay-200x150.jpg 200w, https://example.com/quay.jpg 800w" '
        'src="https://example.com/quay.jpg">',
    ),
    Body(
        "Cloudflare Mirage: the hidden picture is shown",
        '<p><img data-cfsrc="https://example.com/quay.jpg" alt="The quay" width="800" height="600" '
        'style="display:none;visibility:hidden;"><noscript><img src="https://example.com/quay.jpg" '
        'alt="The quay" width="800" height="600"></noscript></p>',
        '<p><img alt="The quay" width="800" height="600" src="https://example.com/quay.jpg"></p>',
    ),
    Body(
        "Ezoic: the picture instead of the empty one",
        '<img src="data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22%3E%3C/svg%3E" '
        'alt="The quay" class="ezlazyload" ezimgfmt="rs rscb1 src ng ngcb1" '
        'data-ezsrc="https://example.com/quay.jpg">',
        '<img alt="The quay" src="https://example.com/quay.jpg">',
    ),
    Body(
        "WP Fastest Cache: the picture instead of its blank",
        '<img onload="Wpfcll.r(this,true);" src="https://example.com/wp-content/plugins/wp-fastest-cache-'
        'premium/pro/images/blank.gif" data-wpfc-original-src="https://example.com/quay.jpg" alt="The '
        'quay">',
        '<img src="https://example.com/quay.jpg" alt="The quay">',
    ),
    Body(
        "PageSpeed, Breeze and other names for the same",
        '<p><img data-pagespeed-lazy-src="/a.jpg" alt="A"> <img data-breeze="/b.jpg" alt="B"> <img '
        'data-echo="/c.jpg" alt="C"> <img data-original="/d.jpg" alt="D"> <img data-ll-src="/e.jpg" '
        'alt="E"> <img data-lazyload="/f.jpg" alt="F"></p>',
        '<p><img alt="A" src="https://example.com/a.jpg"> <img alt="B" src="https://example.com/b.jpg"> '
        '<img alt="C" src="https://example.com/c.jpg"> <img alt="D" src="https://example.com/d.jpg"> '
        '<img alt="E" src="https://example.com/e.jpg"> <img alt="F" src="https://example.com/f.jpg"></p>',
    ),
    Body(
        "a picture that stands in a noscript alone is shown",
        '<p>One.</p><noscript><img src="https://example.com/quay.jpg" alt="The quay" width="800" '
        'height="600"></noscript>',
        '<p>One.</p><img src="https://example.com/quay.jpg" alt="The quay" width="800" height="600">',
    ),
    Body(
        "text in a noscript is not shown",
        "<p>One.</p><noscript><p>Please turn JavaScript on.</p></noscript><p>Two.</p>",
        "<p>One.</p><p>Two.</p>",
    ),
    Body(
        "a noscript that is only spoken of is text",
        '<p title="in &lt;noscript&gt;">Use <code>&lt;noscript&gt;</code>.</p><!-- <noscript> --><p>'
        "Two.</p>",
        '<p title="in &lt;noscript&gt;">Use <code>&lt;noscript&gt;</code>.</p><p>Two.</p>',
    ),
    Body(
        # why: the same file in another size is the same picture.
        "a double in another size is no second picture",
        '<figure><img src="data:," data-src="https://example.com/quay-300x200.jpg" alt="The quay">'
        '<noscript><img src="https://example.com/quay.jpg" alt="The quay"></noscript><figcaption>The '
        "quay</figcaption></figure>",
        '<figure><img alt="The quay" src="https://example.com/quay-300x200.jpg"><figcaption>The '
        "quay</figcaption></figure>",
    ),
    Body(
        "doubles after several pictures leave each of them once",
        '<p><img data-src="/a.jpg" alt="A"><noscript><img src="/a.jpg" alt="A"></noscript></p><p><img '
        'data-src="/b.jpg" alt="B"><noscript><img src="/b.jpg" alt="B"></noscript></p>',
        '<p><img alt="A" src="https://example.com/a.jpg"></p><p><img alt="B" '
        'src="https://example.com/b.jpg"></p>',
    ),
    Body(
        # why: the link is what the picture was put there for.
        "a picture that stands in a noscript alone keeps its link",
        '<p>One.</p><noscript><a href="/quay/"><img src="/quay.jpg" alt="The quay"></a></noscript>',
        '<p>One.</p><a href="https://example.com/quay/"><img src="https://example.com/quay.jpg" '
        'alt="The quay"></a>',
    ),
    Body(
        # why: the linked double and the linked picture are one.
        "a double that brings its link is no second link",
        '<p><a href="/quay/"><img data-src="/quay.jpg" alt="The quay"></a><noscript><a href="/quay/"><img '
        'src="/quay.jpg" alt="The quay"></a></noscript></p>',
        '<p><a href="https://example.com/quay/"><img alt="The quay" src="https://example.com/quay.jpg">'
        "</a></p>",
    ),
    Body(
        "a picture element stays with its formats",
        '<picture class="wp-image-12"><source type="image/webp" srcset="https://example.com/quay.jpg.webp '
        '800w, https://example.com/quay-300.jpg.webp 300w" sizes="(max-width: 800px) 100vw, 800px"><img '
        'src="https://example.com/quay.jpg" alt="The quay" width="800" height="600" data-eio="p">'
        "</picture>",
        '<picture><source type="image/webp" srcset="https://example.com/quay.jpg.webp 800w, '
        'https://example.com/quay-300.jpg.webp 300w" sizes="(max-width: 800px) 100vw, 800px"><img '
        'src="https://example.com/quay.jpg" alt="The quay" width="800" height="600"></picture>',
    ),
    Body(
        "a lazy picture element is shown once with its formats",
        '<picture><source type="image/webp" data-lazy-srcset="/quay.webp" '
        'srcset="data:image/svg+xml,%3Csvg%3E"><img src="data:image/svg+xml,%3Csvg%3E" '
        'data-lazy-src="/quay.jpg" alt="The quay"></picture><noscript><picture><source type="image/webp" '
        'srcset="/quay.webp"><img src="/quay.jpg" alt="The quay"></picture></noscript>',
        '<picture><source type="image/webp" srcset="https://example.com/quay.webp"><img alt="The quay" '
        'src="https://example.com/quay.jpg"></picture>',
    ),
    Body(
        "a double within a picture element goes",
        '<picture><source data-srcset="/quay.webp" type="image/webp"><img data-src="/quay.jpg" alt="The '
        'quay"><noscript><img src="/quay.jpg" alt="The quay"></noscript></picture>',
        '<picture><source type="image/webp" srcset="https://example.com/quay.webp"><img alt="The quay" '
        'src="https://example.com/quay.jpg"></picture>',
    ),
    Body(
        "a placeholder without a picture goes with its figure",
        '<p>One.</p><figure class="wp-block-image"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" '
        'alt=""></figure>',
        "<p>One.</p>",
    ),
)

# What plug-ins put around the text for the page that it was on

AROUND = (
    Body(
        "Jetpack's share buttons and likes go",
        '<p>One.</p><div class="sharedaddy sd-sharing-enabled"><div class="robots-nocontent sd-block '
        'sd-social sd-social-icon sd-sharing"><h3 class="sd-title">Share this:</h3><div '
        'class="sd-content"><ul><li class="share-x"><a rel="nofollow noopener" class="share-x sd-button '
        'share-icon no-text" href="https://example.com/news/post/?share=x" target="_blank"><span></span>'
        "</a></li></ul></div></div></div><div class='sharedaddy sd-block sd-like "
        "jetpack-likes-widget-wrapper jetpack-likes-widget-unloaded' id='like-post-wrapper-1-5'><h3 "
        'class="sd-title">Like this:</h3><div class=\'likes-widget-placeholder '
        "post-likes-widget-placeholder'><span class='button'><span>Like</span></span> <span "
        'class="loading">Loading&hellip;</span></div></div>',
        "<p>One.</p>",
    ),
    Body(
        "Jetpack's related posts go",
        "<p>One.</p><div id='jp-relatedposts' class='jp-relatedposts' ><h3 "
        'class="jp-relatedposts-headline"><em>Related</em></h3></div><div '
        'class="wp-block-jetpack-related-posts"><h2>Related</h2><ul><li>A</li></ul></div>',
        "<p>One.</p>",
    ),
    Body(
        "Jetpack's flair goes as a whole",
        '<p>One.</p><div id="jp-post-flair" class="sharedaddy sd-like-enabled"><p>Share</p></div><p>'
        "Two.</p>",
        "<p>One.</p><p>Two.</p>",
    ),
    Body(
        "Jetpack's blocks for sharing and subscribing go",
        '<p>One.</p><ul class="wp-block-jetpack-sharing-buttons has-normal-icon-size"><li '
        'class="jetpack-sharing-button__list-item"><a href="https://example.com/news/post/?share=x">X</a>'
        '</li></ul><div class="wp-block-jetpack-subscriptions__supports-newline '
        'wp-block-jetpack-subscriptions"><p>Type your email</p></div><div '
        'class="jetpack_subscription_widget"><h2>Subscribe</h2></div>',
        "<p>One.</p>",
    ),
    Body(
        "AddToAny's buttons go above and below",
        '<div class="addtoany_share_save_container addtoany_content addtoany_content_top"><div '
        'class="a2a_kit a2a_kit_size_32 addtoany_list" data-a2a-url="https://example.com/news/post/"><a '
        'class="a2a_button_x" href="https://www.addtoany.com/add_to/x?linkurl=1" title="X" rel="nofollow '
        'noopener" target="_blank"></a><a class="a2a_dd addtoany_share_save addtoany_share" '
        'href="https://www.addtoany.com/share">Share</a></div></div><p>One.</p><div class="a2a_kit '
        'a2a_kit_size_24"><a class="a2a_button_email">Email</a></div>',
        "<p>One.</p>",
    ),
    Body(
        "Yoast's related links go",
        '<p>One.</p><div class="wp-block-yoast-seo-related-links yoast-seo-related-links"><h2>Related</h2>'
        '<ul><li><a href="https://example.com/other/">Another</a></li></ul></div>',
        "<p>One.</p>",
    ),
    Body(
        "YARPP's related posts go",
        "<p>One.</p><div class='yarpp yarpp-related yarpp-related-website yarpp-template-list'><h3>"
        'Related posts:</h3><ol><li><a href="https://example.com/other/" rel="bookmark">Another</a></li>'
        "</ol></div>",
        "<p>One.</p>",
    ),
    Body(
        "Contextual Related Posts go",
        '<p>One.</p><div class="crp_related "><h3>Related Posts:</h3><ul><li><a href="/other/">Another</a>'
        '</li></ul><div class="crp_clear"></div></div>',
        "<p>One.</p>",
    ),
    Body(
        "related posts with thumbnails go",
        '<p>One.</p><div class="relpost-thumb-wrapper"><div class="relpost-thumb-container"><h3>Related '
        'posts</h3><a class="relpost-block-single" href="/other/"><img src="/other.jpg" alt="Another"></a>'
        "</div></div><div class='rp4wp-related-posts'><h3>Related Posts</h3><ul><li>Another</li></ul>"
        "</div>",
        "<p>One.</p>",
    ),
    Body(
        "Shareaholic's canvases go",
        "<p>One.</p><div style='display:none;' class='shareaholic-canvas' data-app='share_buttons' "
        "data-title='A' data-link='https://example.com/news/post/'>Share</div>",
        "<p>One.</p>",
    ),
    Body(
        "Social Warfare's panel goes",
        '<p>One.</p><div class="swp_social_panel swp_horizontal_panel swp_flat_fresh"><div '
        'class="nc_tweetContainer swp_share_button"><a class="nc_tweet swp_share_link" '
        'href="https://x.com/intent/tweet">Tweet</a></div></div>',
        "<p>One.</p>",
    ),
    Body(
        "Monarch's and MashShare's buttons go",
        '<div class="et_social_inline et_social_mobile_on et_social_inline_top"><ul '
        'class="et_social_icons_container"><li>Facebook</li></ul></div><p>One.</p><aside '
        'class="mashsb-container mashsb-main"><div class="mashsb-box"><span>SHARES</span></div></aside>',
        "<p>One.</p>",
    ),
    Body(
        "Simple Share Buttons go",
        '<p>One.</p><div class="ssba-classic-2 ssba ssbp-wrap left ssbp--theme-1"><div '
        'style="text-align:left"><span class="ssba-share-text">Share this...</span><br/><a '
        'href="https://www.facebook.com/sharer.php">F</a></div></div>',
        "<p>One.</p>",
    ),
    Body(
        "Sassy Social Share and Super Socializer go",
        "<div class='heateor_sss_sharing_container heateor_sss_horizontal_sharing'><div "
        "class='heateor_sss_sharing_title'>Spread the love</div></div><p>One.</p><div "
        "class='the_champ_sharing_container the_champ_horizontal_sharing'><div>Share</div></div>",
        "<p>One.</p>",
    ),
    Body(
        "Easy Social Share Buttons and Grow go",
        '<p>One.</p><div class="essb_links essb_displayed_bottom"><ul class="essb_links_list"><li>'
        'Share</li></ul></div><div id="dpsp-content-bottom" class="dpsp-content-wrapper '
        'dpsp-shape-rectangular"><ul><li>Share</li></ul></div>',
        "<p>One.</p>",
    ),
    Body(
        "AddThis and ShareThis go",
        '<div class="at-above-post addthis_tool" data-url="https://example.com/news/post/">Share</div><p>'
        'One.</p><div class="addthis_toolbox addthis_default_style"><a class="addthis_button_preferred_1">'
        'A</a></div><div class="at-below-post addthis_tool">Share</div><div style="margin-top: 0px;" '
        'class="sharethis-inline-share-buttons">Share</div>',
        "<p>One.</p>",
    ),
    Body(
        "Taboola's and Outbrain's links go",
        '<p>One.</p><div class="trc_related_container"><a href="https://example.org/ad">You will not '
        'believe this</a></div><div class="OUTBRAIN" data-src="https://example.com/news/post/" '
        'data-widget-id="AR_1">More</div>',
        "<p>One.</p>",
    ),
    Body(
        "PrintFriendly's button and a counter of views go",
        '<div class="printfriendly pf-button pf-button-content pf-alignleft"><a href="#" rel="nofollow">'
        'Print</a></div><p>One.</p><div class="post-views content-post post-5 entry-meta"><span '
        'class="post-views-label">Post Views:</span> <span class="post-views-count">12</span></div>',
        "<p>One.</p>",
    ),
    Body(
        # why: "related" and "share" are words of authors as well; only whole known names count.
        "a block whose class only resembles a plug-in's stays",
        '<div class="related share sharing yarpp-free"><p>Shares of Example Ltd rose.</p></div>',
        "<div><p>Shares of Example Ltd rose.</p></div>",
    ),
    Body(
        "an Easy Table of Contents keeps its links into the post",
        '<div id="ez-toc-container" class="ez-toc-v2_0_69 counter-hierarchy ez-toc-counter ez-toc-grey">'
        '<div class="ez-toc-title-container"><p class="ez-toc-title">Contents</p></div><nav><ul '
        'class="ez-toc-list ez-toc-list-level-1"><li class="ez-toc-page-1 ez-toc-heading-level-2"><a '
        'class="ez-toc-link ez-toc-heading-1" href="#Why_it_matters">Why it matters</a></li></ul></nav>'
        '</div><h2><span class="ez-toc-section" id="Why_it_matters"></span>Why it matters<span '
        'class="ez-toc-section-end"></span></h2>',
        '<div><div><p>Contents</p></div><nav><ul><li><a href="https://example.com/news/post/#Why_it_'
        'matters">Why it matters</a></li></ul></nav></div><h2>Why it matters</h2>',
    ),
    Body(
        "the core table of contents stays",
        '<nav aria-label="Table of Contents" class="wp-block-table-of-contents"><ol><li><a '
        'class="wp-block-table-of-contents__entry" href="https://example.com/news/post/#first">First</a>'
        "</li></ol></nav>",
        '<nav><ol><li><a href="https://example.com/news/post/#first">First</a></li></ol></nav>',
    ),
    Body(
        "Yoast's table of contents stays",
        '<div class="wp-block-yoast-seo-table-of-contents yoast-table-of-contents"><h2>Table of '
        'contents</h2><ul><li><a href="#h-first" data-level="2">First</a><ul><li><a href="#h-second" '
        'data-level="3">Second</a></li></ul></li></ul></div>',
        '<div><h2>Table of contents</h2><ul><li><a href="https://example.com/news/post/#h-first">First</a>'
        '<ul><li><a href="https://example.com/news/post/#h-second">Second</a></li></ul></li></ul></div>',
    ),
    Body(
        "Easy Footnotes keep their numbers and their notes",
        "<p>The pier is old.<span id='easy-footnote-1-5' class='easy-footnote-margin-adjust'></span><span "
        "class='easy-footnote'><a href='https://example.com/news/post/#easy-footnote-bottom-1-5' "
        "title='Built in 1899.'><sup>1</sup></a></span></p><ol class=\"easy-footnotes-wrapper\"><li "
        'class="easy-footnote-single"><span id="easy-footnote-bottom-1-5" '
        'class="easy-footnote-margin-adjust"></span>Built in 1899.<a class="easy-footnote-to-top" '
        'href="https://example.com/news/post/#easy-footnote-1-5"></a></li></ol>',
        '<p>The pier is old.<a href="https://example.com/news/post/#easy-footnote-bottom-1-5" '
        'title="Built in 1899."><sup>1</sup></a></p><ol><li>Built in 1899.</li></ol>',
    ),
    Body(
        # why: the note that its script would open stands in the text, where its number is, set apart.
        "Modern Footnotes keep their numbers and the notes beside them",
        '<p>The pier is old.<sup class="modern-footnotes-footnote" data-mfn="1"><a '
        'href="javascript:void(0)" role="button" aria-pressed="false">1</a></sup> <span '
        'id="mfn-content-1" role="tooltip" class="modern-footnotes-footnote__note" tabindex="0" '
        'data-mfn="1">Built in 1899.</span></p>',
        "<p>The pier is old.<sup><a>1</a></sup> (Built in 1899.)</p>",
    ),
)

PIXELS = (
    Body(
        "a picture of one pixel goes",
        '<p>One.<img src="https://newsroom.example/hit.gif" alt="" width="1" height="1"></p>',
        "<p>One.</p>",
    ),
    Body(
        "a picture of no size goes, and its paragraph with it",
        '<p>One.</p><p><img loading="lazy" src="https://newsroom.example/hit.gif" width="0" height="0" />'
        "</p>",
        "<p>One.</p>",
    ),
    Body(
        "a picture of one pixel by its style goes",
        '<p>One.<img src="https://newsroom.example/hit" alt="" style="border: 0; width: 1px; height: 1px">'
        "</p>",
        "<p>One.</p>",
    ),
    Body(
        # why: a thin line is as wide as its text; it is drawn to be seen.
        "a line that is one pixel high is no counter",
        '<p>One.</p><p><img src="https://example.com/line.gif" alt="" width="600" height="1"></p>',
        '<p>One.</p><p><img src="https://example.com/line.gif" alt="" width="600" height="1"></p>',
    ),
    Body(
        "counters of WordPress.com go",
        '<p>One.</p><img alt="" src="https://pixel.wp.com/b.gif?host=example.com&#038;blog=1&#038;post=5&#'
        '038;rand=0"><img src="https://stats.wp.com/g.gif?v=ext&#038;blog=1" alt=":)">',
        "<p>One.</p>",
    ),
    Body(
        "a Facebook pixel in a noscript goes",
        '<p>One.</p><noscript><img height="1" width="1" style="display:none" '
        'src="https://www.facebook.com/tr?id=1&amp;ev=PageView&amp;noscript=1"/></noscript>',
        "<p>One.</p>",
    ),
    Body(
        "counters of advertisers go whatever their size",
        '<p>One.<img src="https://ad.doubleclick.net/ddm/trackimp/N1.2/B3.4;dc_trk_aid=5" alt=""><img '
        'src="https://sb.scorecardresearch.com/p?c1=2&amp;cv=2.0"><img '
        'src="//pixel.quantserve.com/pixel/p-1.gif" alt="Quantcast"><img '
        'src="https://c.statcounter.com/1/0/2/1/"><img src="https://www.google-analytics.com/collect?v=1">'
        "</p>",
        "<p>One.</p>",
    ),
    Body(
        "the counter of The Conversation goes from a republished article",
        '<p>One.<!-- Counter --><img loading="lazy" decoding="async" '
        'src="https://counter.theconversation.com/content/123456/count.gif?distributor=republish-lightbox-'
        'basic" alt="The Conversation" width="1" height="1" style="border: none !important" '
        'referrerpolicy="no-referrer-when-downgrade" /></p>',
        "<p>One.</p>",
    ),
    Body(
        "the counter of FeedBurner goes",
        '<p>One.</p><img src="http://feeds.feedburner.com/~r/example/~4/AbC" height="1" width="1" alt=""/>',
        "<p>One.</p>",
    ),
    Body(
        "a counter that is loaded later goes as well",
        '<p>One.<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" '
        'data-src="https://pixel.wp.com/b.gif?host=example.com" alt=""></p>',
        "<p>One.</p>",
    ),
)

EMOJI = (
    Body(
        "a picture of an emoji is the emoji",
        '<p>Hello <img src="https://s.w.org/images/core/emoji/15.0.3/72x72/1f600.png" alt="😀" '
        'class="wp-smiley" style="height: 1em; max-height: 1em;" />!</p>',
        "<p>Hello 😀!</p>",
    ),
    Body(
        "a flag without a word is read from the name of its file",
        '<p><img src="https://s.w.org/images/core/emoji/15.0.3/72x72/1f1f9-1f1ed.png" class="wp-smiley" />'
        "Thailand</p>",
        "<p>🇹🇭Thailand</p>",
    ),
    Body(
        "an emoji drawn by a script is the emoji",
        '<p>Go <img draggable="false" role="img" class="emoji" alt="🚢" '
        'src="https://s.w.org/images/core/emoji/15.0.3/svg/1f6a2.svg"></p>',
        "<p>Go 🚢</p>",
    ),
    Body(
        "a twemoji without a class is the emoji",
        '<p>Go <img src="https://cdn.example.org/twemoji/14.0.2/72x72/2693.png" alt=""></p>',
        "<p>Go ⚓</p>",
    ),
    Body(
        "an emoji that is loaded later is the emoji",
        '<p>Go <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" '
        'data-src="https://s.w.org/images/core/emoji/15.0.3/72x72/1f6a2.png" alt="🚢" class="wp-smiley '
        'lazyload" /></p>',
        "<p>Go 🚢</p>",
    ),
    Body(
        "a list whose points are emoji keeps its points",
        '<ul><li><img src="https://s.w.org/images/core/emoji/15.0.3/72x72/2705.png" alt="✅" '
        'class="wp-smiley" /></li><li>Done</li></ul>',
        "<ul><li>✅</li><li>Done</li></ul>",
    ),
)

# What comes from press wires

WIRES = (
    Body(
        "PR Newswire: spans of place and date dissolve, and the counter goes",
        '<p><span class="legendSpanClass"><span class="xn-location">BANGKOK</span></span>, <span '
        'class="legendSpanClass"><span class="xn-chron">March 3, 2026</span></span> /PRNewswire/ -- <span '
        'class="xn-org">Example Ltd</span> raised <span class="xn-money">US$5 million</span>, said <span '
        'class="xn-person">Ada Example</span>.</p><p id="PURL"><img alt="Cision" width="12" height="12" '
        'title="Cision" src="https://c212.net/c/img/favicon.png?sn=LN12345"> View original content:<a '
        'href="https://newsroom.example/a.html" target="_blank" rel="nofollow">'
        'https://newsroom.example/a.html</a></p><p>SOURCE Example Ltd</p><img alt="" '
        'src="https://rt.prnewswire.com/rt.gif?NewsItemId=LN12345&amp;Transmission_Id=202603030900PR_NEWS_'
        'USPR_____LN12345&amp;DateId=20260303" style="border:0px; width:1px; height:1px;">',
        "<p>BANGKOK, March 3, 2026 /PRNewswire/ -- Example Ltd raised US$5 million, said Ada Example.</p>"
        '<p><img alt="Cision" width="12" height="12" title="Cision" '
        'src="https://c212.net/c/img/favicon.png?sn=LN12345"> View original content:'
        '<a href="https://newsroom.example/a.html">https://newsroom.example/a.html</a></p>'
        "<p>SOURCE Example Ltd</p>",
    ),
    Body(
        "PR Newswire: a table of figures keeps its cells",
        '<div class="divOverflow"><table border="0" cellspacing="0" cellpadding="0" class="prnbcc"><tr>'
        '<td class="prngen2" colspan="1" rowspan="1"><p class="prnml4"><span class="prnews_span"><b>'
        'Revenue</b></span></p></td><td class="prngen3" colspan="1" rowspan="1"><p class="prnml4"><span '
        'class="prnews_span">12.5</span></p></td></tr><tr><td class="prngen4" colspan="2"><p '
        'class="prnml40">&nbsp;</p></td></tr></table></div>',
        '<div><table><tbody><tr><td colspan="1" rowspan="1"><p><b>Revenue</b></p></td><td colspan="1" '
        'rowspan="1"><p>12.5</p></td></tr><tr><td colspan="2"></td></tr></tbody></table></div>',
    ),
    Body(
        "PR Newswire: a film is the picture that leads to it",
        '<div class="PRN_ImbeddedAssetReference" id="DivAssetPlaceHolder1"><p><a '
        'href="https://newsroom.example/media/1" target="_blank" rel="nofollow"><img '
        'src="https://newsroom.example/media/1.jpg" title="The quay (PRNewsfoto/Example)" alt="The quay '
        '(PRNewsfoto/Example)" align="middle"></a></p></div>',
        '<div><p><a href="https://newsroom.example/media/1"><img '
        'src="https://newsroom.example/media/1.jpg" title="The quay (PRNewsfoto/Example)" alt="The quay '
        '(PRNewsfoto/Example)"></a></p></div>',
    ),
    Body(
        "Canada Newswire: its counter goes",
        '<p>SOURCE Example</p><img alt="" src="https://rt.newswire.ca/rt.gif?NewsItemId=C1234&amp;'
        'Transmission_Id=1">',
        "<p>SOURCE Example</p>",
    ),
    Body(
        "Business Wire: a table keeps its cells and the counter goes",
        '<div id="bwbodyimg" style="width: 480px;"></div><p>LONDON--(<a '
        'href="https://www.businesswire.com" rel="nofollow">BUSINESS WIRE</a>)--Example Ltd '
        'reported.<span class="bwct31415"></span></p><table cellspacing="0" class="bwtablemarginb '
        'bwblockalignl bwwidth100"><tr><td class="bwvertalignt bwpadl0" rowspan="1" colspan="1"><p '
        'class="bwcellpmargin"><b>Revenue</b></p></td><td class="bwpadl0 bwalignr" rowspan="1" '
        'colspan="1"><p class="bwcellpmargin bwalignr">12.5</p></td></tr><tr><td class="bwpadl0">'
        '&nbsp;</td><td></td></tr></table><p><img alt="" src="https://cts.businesswire.com/ct/CT?id=bwnews'
        '&amp;sty=20260303005001r1&amp;sid=wpr1&amp;distro=nx&amp;lang=en" /></p><p id="bwcontacts"><b>'
        'Contacts</b></p><p> <br />Ada Example<br /><a href="mailto:ada@example.com">ada@example.com</a> '
        "</p>",
        '<p>LONDON--(<a href="https://www.businesswire.com">BUSINESS WIRE</a>)--Example Ltd reported.</p>'
        '<table><tbody><tr><td rowspan="1" colspan="1"><p><b>Revenue</b></p></td><td rowspan="1" '
        'colspan="1"><p>12.5</p></td></tr><tr><td>\u00a0</td><td></td></tr></tbody></table><p><b>'
        'Contacts</b></p><p> <br>Ada Example<br><a href="mailto:ada@example.com">ada@example.com</a> </p>',
    ),
    Body(
        "GlobeNewswire: the text stays and the counter goes",
        '<p align="left">OSLO, Norway, March  03, 2026  (GLOBE NEWSWIRE) -- Example ASA reported.<br />'
        '</p><pre id="contact"></pre><ul style="list-style-type:disc;"><li>Up 5&#xA0;%</li></ul><p><img '
        'alt="" class="__GNW8366DE3E__IMG" src="https://www.globenewswire.com/newsroom/ti?nf=OTAwMDAw&pid='
        '1" /><br /><img alt="" src="https://ml.globenewswire.com/media/MzRlN2Zi/tiny/example.png" '
        'referrerpolicy="no-referrer-when-downgrade" /></p>',
        # why: breaks at a paragraph's end or before a picture show little, and do no harm.
        "<p>OSLO, Norway, March  03, 2026  (GLOBE NEWSWIRE) -- Example ASA reported.<br></p><ul><li>Up "
        '5\u00a0%</li></ul><p><br><img alt="" src="https://ml.globenewswire.com/media/MzRlN2Zi/tiny/'
        'example.png"></p>',
    ),
)

SOUND = (
    Body(
        "PowerPress: the player and its links stay",
        '<div class="powerpress_player" id="powerpress_player_1234"><audio class="wp-audio-shortcode" '
        'id="audio-5-1" preload="none" style="width: 100%;" controls="controls"><source type="audio/mpeg" '
        'src="https://example.com/talk.mp3?_=1" /><a href="https://example.com/talk.mp3">'
        'https://example.com/talk.mp3</a></audio></div><p class="powerpress_links powerpress_links_mp3" '
        'style="margin-bottom: 1px !important;">Podcast: <a href="https://example.com/talk.mp3" '
        'class="powerpress_link_pinw" target="_blank" title="Play in new window" onclick="return false;" '
        'rel="nofollow">Play in new window</a> | <a href="https://example.com/talk.mp3" '
        'class="powerpress_link_d" title="Download" rel="nofollow" download="talk.mp3">Download</a> '
        "(Duration: 12:34 &#8212; 11.5MB)</p>",
        '<div><audio controls><source type="audio/mpeg" src="https://example.com/talk.mp3"><a '
        'href="https://example.com/talk.mp3">https://example.com/talk.mp3</a></audio></div><p>Podcast: <a '
        'href="https://example.com/talk.mp3" title="Play in new window">Play in new window</a> | <a '
        'href="https://example.com/talk.mp3" title="Download">Download</a> (Duration: 12:34 — 11.5MB)</p>',
    ),
    Body(
        "Seriously Simple Podcasting: the player and its links stay",
        "<div class=\"podcast_player\"><!--[if lt IE 9]><script>document.createElement('audio');</script>"
        '<![endif]--><audio class="wp-audio-shortcode" id="audio-5-1" preload="none" style="width: 100%;" '
        'controls="controls"><source type="audio/mpeg" src="https://example.com/podcast-player/5/talk.mp3?'
        '_=1" /></audio></div><div class="podcast_meta"><aside><p><a '
        'href="https://example.com/podcast-download/5/talk.mp3?ref=download" title="Talk " '
        'class="podcast-meta-download">Download file</a> | <span class="podcast-meta-duration">Duration: '
        "12:34</span></p></aside></div>",
        '<div><audio controls><source type="audio/mpeg" src="https://example.com/podcast-player/5/talk.'
        'mp3"></audio></div><div><aside><p><a href="https://example.com/podcast-download/5/talk.mp3?'
        'ref=download" title="Talk ">Download file</a> | Duration: 12:34</p></aside></div>',
    ),
    Body(
        "a sound in an older address is a sound",
        '<audio src="/talk.ogg" controls="controls" preload="metadata">Your browser cannot play '
        "this.</audio>",
        '<audio src="https://example.com/talk.ogg" controls>Your browser cannot play this.</audio>',
    ),
)

# Languages

LANGUAGES = (
    Body(
        "readings over characters stay",
        "<p><ruby>東京<rp>（</rp><rt>とうきょう</rt><rp>）</rp></ruby>へ</p>",
        "<p><ruby>東京<rp>（</rp><rt>とうきょう</rt><rp>）</rp></ruby>へ</p>",
    ),
    Body(
        "text from right to left stays so",
        '<p dir="rtl" class="has-text-align-right" lang="ar">ميناء <bdo dir="ltr">ABC</bdo> <bdi>Ada</bdi>'
        "</p>",
        '<p dir="rtl" lang="ar">ميناء <bdo dir="ltr">ABC</bdo> <bdi>Ada</bdi></p>',
    ),
    Body(
        "a word of another language keeps its mark",
        '<p>It is <span lang="de" style="font-style:italic">Hafen</span> in German, <span>port</span> in '
        "French.</p>",
        '<p>It is <span lang="de"><em>Hafen</em></span> in German, port in French.</p>',
    ),
    Body(
        "languages without spaces keep their words together",
        "<p>ท่าเรือ<span>แห่ง</span>ใหม่ <wbr>港<strong>口</strong></p>",
        "<p>ท่าเรือแห่งใหม่ <wbr>港<strong>口</strong></p>",
    ),
    Body(
        "abbreviations, dates and quotations keep what they say",
        '<p><abbr title="International Maritime Organization">IMO</abbr>, <time datetime="2026-03-03" '
        'class="t">today</time>: <q cite="/speech/">Sail.</q> <dfn title="a wall">mole</dfn> <del '
        'datetime="2026-03-03">old</del> <ins cite="/why/">new</ins></p>',
        '<p><abbr title="International Maritime Organization">IMO</abbr>, <time datetime="2026-03-03">'
        'today</time>: <q cite="https://example.com/speech/">Sail.</q> <dfn title="a wall">mole</dfn> '
        '<del datetime="2026-03-03">old</del> <ins cite="https://example.com/why/">new</ins></p>',
    ),
    Body(
        "a link to another language says so",
        '<p><a href="https://example.com/de/" hreflang="de" lang="de" rel="alternate">Auf Deutsch</a></p>',
        '<p><a href="https://example.com/de/" hreflang="de" lang="de">Auf Deutsch</a></p>',
    ),
    Body(
        "a list of terms stays one",
        "<dl><dt>Mole</dt><dd>A wall in the sea.</dd><dt>Quay</dt><dd>A place to land.</dd></dl>",
        "<dl><dt>Mole</dt><dd>A wall in the sea.</dd><dt>Quay</dt><dd>A place to land.</dd></dl>",
    ),
)

# Page builders

BUILDERS = (
    Body(
        "Elementor: the text and the picture of its widgets stay",
        '<div data-elementor-type="wp-post" data-elementor-id="5" class="elementor elementor-5"><section '
        'class="elementor-section elementor-top-section elementor-element" data-id="1a" '
        'data-element_type="section"><div class="elementor-container elementor-column-gap-default"><div '
        'class="elementor-widget-wrap"><div class="elementor-element elementor-widget '
        'elementor-widget-heading" data-widget_type="heading.default"><h2 class="elementor-heading-title '
        'elementor-size-default">The quay</h2></div><div class="elementor-element elementor-widget '
        'elementor-widget-image"><img decoding="async" src="https://example.com/quay.jpg" title="quay" '
        'alt="The quay" /></div><div class="elementor-element elementor-widget elementor-widget-spacer">'
        '<div class="elementor-spacer"><div class="elementor-spacer-inner"></div></div></div></div></div>'
        "</section></div>",
        '<div><section><div><div><div><h2>The quay</h2></div><div><img src="https://example.com/quay.jpg" '
        'title="quay" alt="The quay"></div></div></div></section></div>',
    ),
    Body(
        "Divi: the text of its modules stays",
        '<div class="et_pb_section et_pb_section_0 et_section_regular" ><div class="et_pb_row '
        'et_pb_row_0"><div class="et_pb_column et_pb_column_4_4 et_pb_column_0"><div class="et_pb_module '
        'et_pb_text et_pb_text_0"><div class="et_pb_text_inner"><p>One.</p></div></div></div></div></div>',
        "<div><div><div><div><div><p>One.</p></div></div></div></div></div>",
    ),
    Body(
        "Divi: shortcodes that were not rendered go",
        "<p>[et_pb_section fb_built=&#8221;1&#8243; _builder_version=&#8221;4.16&#8243;][et_pb_row][et_pb_"
        "column type=&#8221;4_4&#8243;][et_pb_text]</p><p>One.</p><p>"
        "[/et_pb_text][/et_pb_column][/et_pb_row][/et_pb_section]</p>",
        "<p>One.</p>",
    ),
    Body(
        "WPBakery: the text of its columns stays",
        '<div class="wpb-content-wrapper"><div class="vc_row wpb_row vc_row-fluid"><div class="wpb_column '
        'vc_column_container vc_col-sm-12"><div class="vc_column-inner"><div class="wpb_wrapper"><div '
        'class="wpb_text_column wpb_content_element"><div class="wpb_wrapper"><p>One.</p></div></div><div '
        'class="vc_empty_space" style="height: 32px"><span class="vc_empty_space_inner"></span></div>'
        "</div></div></div></div></div>",
        "<div><div><div><div><div><div><div><p>One.</p></div></div></div></div></div></div></div>",
    ),
    Body(
        "WPBakery: shortcodes that were not rendered go and their text stays",
        "<p>[vc_row][vc_column width=&#8221;1/2&#8243;][vc_column_text css=&#8221;.vc_custom_1{margin: "
        "0;}&#8221;]One. [/vc_column_text][/vc_column][/vc_row]</p>",
        "<p>One. </p>",
    ),
    Body(
        "Avada: the text of its columns stays and shortcodes of its builder go",
        '<div class="fusion-fullwidth fullwidth-box fusion-builder-row-1" '
        'style="--awb-border-sizes-top:0px;"><div class="fusion-builder-row fusion-row"><div '
        'class="fusion-text fusion-text-1"><p>One.</p></div><div class="fusion-clearfix"></div></div>'
        "</div><p>[fusion_text columns=&#8221;&#8221;]Two.[/fusion_text]</p>",
        "<div><div><div><p>One.</p></div></div></div><p>Two.</p>",
    ),
    Body(
        "shortcodes that someone writes about stay in code",
        "<p>Use <code>[vc_row]</code>:</p><pre>[fusion_text]x[/fusion_text]</pre>",
        # why: in code a shortcode is what the text is about.
        "<p>Use <code>[vc_row]</code>:</p><pre>[fusion_text]x[/fusion_text]</pre>",
    ),
    Body(
        "words in brackets are no shortcodes",
        "<p>&#8220;We [the crew] sail,&#8221; she said [sic]. [1] [&hellip;] [/b]</p>",
        "<p>“We [the crew] sail,” she said [sic]. [1] […] [/b]</p>",
    ),
)

# Addresses

LINKS = (
    Body(
        "a link from the root of the site becomes whole",
        '<p><a href="/about/">About</a></p>',
        '<p><a href="https://example.com/about/">About</a></p>',
    ),
    Body(
        "a link from the post becomes whole",
        '<p><a href="page-2/">Next</a> <a href="../other/">Other</a> <a href="./">This</a></p>',
        '<p><a href="https://example.com/news/post/page-2/">Next</a> <a '
        'href="https://example.com/news/other/">Other</a> <a href="https://example.com/news/post/">'
        "This</a></p>",
    ),
    Body(
        "a link without a scheme takes the post's",
        '<p><a href="//cdn.example.org/a.pdf">A</a></p>',
        '<p><a href="https://cdn.example.org/a.pdf">A</a></p>',
    ),
    Body(
        "a link that is a query asks the post",
        '<p><a href="?print=1&amp;page=2">Print</a></p>',
        '<p><a href="https://example.com/news/post/?print=1&amp;page=2">Print</a></p>',
    ),
    Body(
        "a link that is a fragment leads into the post",
        '<p><a href="#top">Top</a> <a href="#">Here</a></p>',
        '<p><a href="https://example.com/news/post/#top">Top</a> <a href="https://example.com/news/post/">'
        "Here</a></p>",
    ),
    Body(
        "links to write and to call stay",
        '<p><a href="mailto:desk@example.com?subject=Hello%20there">Write</a> <a href="tel:+6621234567">'
        "call</a></p>",
        '<p><a href="mailto:desk@example.com?subject=Hello%20there">Write</a> <a href="tel:+6621234567">'
        "call</a></p>",
    ),
    Body(
        # why: a reader has no use of a link that only an app or a script knows; its words stay.
        "links of other schemes are words",
        '<p><a href="javascript:void(0)">One</a> <a href="whatsapp://send?text=x">two</a> <a '
        'href="data:text/html,x">three</a></p>',
        "<p><a>One</a> <a>two</a> <a>three</a></p>",
    ),
    Body(
        "a link with signs of its own keeps them",
        '<p><a href="https://example.org/a?b=1&#038;c=%C3%A9&#038;d=(x)#e">A</a></p>',
        '<p><a href="https://example.org/a?b=1&amp;c=%C3%A9&amp;d=(x)#e">A</a></p>',
    ),
    Body(
        "pictures and their sizes become whole",
        '<p><img src="//cdn.example.org/a-300.jpg" alt="A" srcset="//cdn.example.org/a-300.jpg 300w, '
        '/a-600.jpg 600w"></p>',
        '<p><img src="https://example.com/a-600.jpg" alt="A" srcset="https://cdn.example.org/a-300.jpg '
        '300w, https://example.com/a-600.jpg 600w"></p>',
    ),
    Body(
        "what a quotation cites becomes whole",
        '<blockquote cite="/speech/"><p>Sail.</p></blockquote>',
        '<blockquote cite="https://example.com/speech/"><p>Sail.</p></blockquote>',
    ),
    Body(
        "a link around a block stays around it",
        '<a href="/quay/" class="card"><div><h3>The quay</h3><p>It is new.</p></div></a>',
        '<a href="https://example.com/quay/"><div><h3>The quay</h3><p>It is new.</p></div></a>',
    ),
)

# Links that WordPress made of our own request

REQUESTS = (
    Body(
        "the pages of a query block are ours, not the post's",
        '<p>Read on.</p><nav class="wp-block-query-pagination"><a href="https://news.example/wp-json/wp/v2/'
        'posts?per_page=100&amp;page=1&amp;_fields=id%2Cdate_gmt&amp;query-1-page=2">Next Page</a></nav>'
        "<p>End of reading.</p>",
        "<p>Read on.</p><p>End of reading.</p>",
    ),
    Body(
        "the link to reply to a comment goes with its word",
        '<ol><li><p>Well said.</p><div class="wp-block-comment-reply-link"><a class="comment-reply-link" '
        'href="/wp-json/wp/v2/posts?_fields=id&#038;replytocom=7#respond">Reply</a></div></li></ol>',
        "<ol><li><p>Well said.</p></li></ol>",
    ),
    Body(
        "a link with our fields goes, wherever the API is",
        '<p>One.</p><p><a href="?rest_route=%2Fwp%2Fv2%2Fposts&amp;_fields=id,link&amp;page=3">Older'
        "</a></p>"
        '<p><a href="https://share.example/?u=https%3A%2F%2Fexample.com%2Fwp-json%2Fwp%2Fv2%2Fposts%3F_fields'
        '%3Did">Share</a></p><p>Two.</p>',
        "<p>One.</p><p>Two.</p>",
    ),
    Body(
        "a link into the API that stands alone goes",
        '<p>One.</p><ul><li><a href="https://www.example.com/wp-json/wp/v2/posts?page=2">2</a></li></ul>',
        "<p>One.</p>",
    ),
    Body(
        "a word that leads into the site's own API stays a word",
        '<p>See <a href="/wp-json/wp/v2/posts">the list</a> of it all.</p>',
        "<p>See the list of it all.</p>",
    ),
    Body(
        "what people write of others' APIs stays",
        '<p><a href="https://api.example.org/wp-json/wp/v2/posts">Their posts</a> and '
        '<a href="https://api.example.org/v1?_fields=id">their fields</a>, '
        '<a href="https://example.com/docs/rest-api/">our docs</a>.</p>',
        '<p><a href="https://api.example.org/wp-json/wp/v2/posts">Their posts</a> and '
        '<a href="https://api.example.org/v1?_fields=id">their fields</a>, '
        '<a href="https://example.com/docs/rest-api/">our docs</a>.</p>',
    ),
)

# Lazy loading: what is an address, what is a flag, what is a placeholder

LAZY_ADDRESSES = (
    Body(
        "a flag of lazy loading is no address",
        '<p>The hall.</p><img src="https://news.example/wp-content/uploads/hall.jpg" data-lazy="true" '
        'alt="The hall">',
        '<p>The hall.</p><img src="https://news.example/wp-content/uploads/hall.jpg" alt="The hall">',
    ),
    Body(
        "a number of lazy loading is no address",
        '<p>The tower.</p><img src="https://news.example/wp-content/uploads/tower.jpg" '
        'data-lazyload="1" alt="The tower">',
        '<p>The tower.</p><img src="https://news.example/wp-content/uploads/tower.jpg" alt="The tower">',
    ),
    Body(
        "a flag leaves a frame where it is",
        '<p>The tour.</p><iframe src="https://www.youtube.com/embed/abcDEF12345" data-lazy="1" '
        'title="Tour"></iframe>',
        '<p>The tour.</p><a href="https://www.youtube.com/watch?v=abcDEF12345"><img alt="Tour" '
        'src="https://i.ytimg.com/vi/abcDEF12345/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/abcDEF12345" title="Tour"></iframe>',
    ),
    Body(
        "false is no address",
        '<p>The pier.</p><img src="https://news.example/wp-content/uploads/pier.jpg" '
        'data-original="false" alt="Pier">',
        '<p>The pier.</p><img src="https://news.example/wp-content/uploads/pier.jpg" alt="Pier">',
    ),
    Body(
        # why: a src of the film's own would hide its sources.
        "a flag leaves a film to its sources",
        '<p>The clip.</p><video data-lazy="true" muted loop><source '
        'src="https://news.example/wp-content/uploads/clip.mp4" type="video/mp4"><source '
        'src="https://news.example/wp-content/uploads/clip.webm" type="video/webm"></video>',
        '<p>The clip.</p><video controls><source src="https://news.example/wp-content/uploads/clip.mp4"'
        ' type="video/mp4"><source src="https://news.example/wp-content/uploads/clip.webm" '
        'type="video/webm"></video>',
    ),
    Body(
        "words, ratios, numbers, data and JSON are no addresses",
        '<img src="/a.jpg" data-lazy-src="lazy" data-srcset="auto" alt="A"><img src="/b.jpg" '
        'data-original="16/9" data-src="800" alt="B"><img src="/c.jpg" '
        'data-src="data:image/gif;base64,R0lG" alt="C"><img src="/d.jpg" '
        'data-lazy-src="{&quot;a&quot;:1}" alt="D">',
        '<img src="https://example.com/a.jpg" alt="A"><img src="https://example.com/b.jpg" alt="B"><img'
        ' src="https://example.com/c.jpg" alt="C"><img src="https://example.com/d.jpg" alt="D">',
    ),
    Body(
        "the picture in full wins over the small one in src",
        '<img src="/quay-300x200.jpg" data-src="/quay.jpg" alt="Q">',
        '<img src="https://example.com/quay.jpg" alt="Q">',
    ),
    Body(
        "a smaller copy in an attribute does not win over the picture",
        '<img src="/quay.jpg" data-thumb-src="/quay-150x150.jpg" data-blur-src="/q.jpg" alt="Q">',
        '<img src="https://example.com/quay.jpg" alt="Q">',
    ),
    Body(
        "NitroPack: the picture and its sizes",
        '<p>One picture.</p><img nitro-lazy-src="https://news.example/wp-content/uploads/p1.jpg" '
        'nitro-lazy-srcset="https://news.example/wp-content/uploads/p1.jpg 800w" '
        'src="data:image/svg+xml;nitro-empty-id=1;base64,PHN2Zz4=" alt="One">',
        '<p>One picture.</p><img alt="One" src="https://news.example/wp-content/uploads/p1.jpg" '
        'srcset="https://news.example/wp-content/uploads/p1.jpg 800w">',
    ),
    Body(
        "Envira: the picture instead of its blank",
        '<p>Three pictures.</p><img class="envira-lazy" '
        'src="https://news.example/wp-content/plugins/envira-gallery/assets/images/blank.gif" '
        'data-envira-src="https://news.example/wp-content/uploads/p3.jpg" alt="Three">',
        '<p>Three pictures.</p><img src="https://news.example/wp-content/uploads/p3.jpg" alt="Three">',
    ),
    Body(
        "Woodmart: the picture instead of the theme's",
        "<p>Four pictures.</p><img "
        'src="https://news.example/wp-content/themes/woodmart/images/lazy.png" '
        'data-wood-src="https://news.example/wp-content/uploads/p4.jpg" alt="Four">',
        '<p>Four pictures.</p><img src="https://news.example/wp-content/uploads/p4.jpg" alt="Four">',
    ),
    Body(
        "ShortPixel: the address within the placeholder",
        '<p>Five pictures.</p><img src="data:image/svg+xml;u=https%3A%2F%2Fnews.example%2Fwp-content%2F'
        'uploads%2Fp5.jpg;w=800;h=600;base64,PHN2Zz4=" data-spai="1" alt="Five">',
        '<p>Five pictures.</p><img src="https://news.example/wp-content/uploads/p5.jpg" alt="Five">',
    ),
    Body(
        "Newsmag: the picture of an attribute that nobody has heard of",
        '<p>Eight pictures.</p><img data-runner-src="https://news.example/wp-content/uploads/p8.jpg" '
        'src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="Eight">',
        '<p>Eight pictures.</p><img alt="Eight" src="https://news.example/wp-content/uploads/p8.jpg">',
    ),
    Body(
        "attributes of plug-ins that do not exist yet",
        '<img class="x" acme-src="/a.jpg" alt="A"><img src="/assets/spacer.gif" '
        'data-acme-lazy-src="/b.jpg" alt="B"><img data-thumb-src="/c-150x150.jpg" data-big-src="/c.jpg"'
        ' alt="C"><img data-acmesrcset="/d-300.jpg 300w, /d.jpg 900w" alt="D">',
        '<img alt="A" src="https://example.com/a.jpg"><img src="https://example.com/b.jpg" alt="B"><img'
        ' alt="C" src="https://example.com/c.jpg"><img alt="D" srcset="https://example.com/d-300.jpg '
        '300w, https://example.com/d.jpg 900w" src="https://example.com/d.jpg">',
    ),
    Body(
        "a placeholder in a link to a picture is that picture",
        '<p>Seven pictures.</p><a href="https://news.example/wp-content/uploads/p7.jpg" class="lb"><img'
        ' src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="Seven" class="lb-img"></a><p>End of '
        "seven.</p>",
        '<p>Seven pictures.</p><a href="https://news.example/wp-content/uploads/p7.jpg"><img '
        'alt="Seven" src="https://news.example/wp-content/uploads/p7.jpg"></a><p>End of seven.</p>',
    ),
    Body(
        "a picture of something that loads is a picture",
        '<img src="/uploads/loading.jpg" alt="Loading the boats">',
        '<img src="https://example.com/uploads/loading.jpg" alt="Loading the boats">',
    ),
    Body(
        "a blank goes where a noscript has the picture",
        '<p><img src="/blank.gif" alt="A" class="lz"><noscript><img src="/a.jpg" alt="A"></noscript></p>',
        '<p><img src="https://example.com/a.jpg" alt="A"></p>',
    ),
    Body(
        "a lazy attribute of a film is its address",
        '<video data-src="/tide.mp4" data-image="/t.jpg"></video><audio '
        'data-lazy-src="/waves.mp3"></audio>',
        '<video src="https://example.com/tide.mp4" controls></video><audio '
        'src="https://example.com/waves.mp3" controls></audio>',
    ),
    Body(
        "a film that only a script has is its picture, which leads to the post",
        '<p>One.</p><video src="blob:https://example.com/1-2" poster="/tide.jpg" title="The tide" controls>'
        "</video>",
        '<p>One.</p><a href="https://example.com/news/post/"><img src="https://example.com/tide.jpg" '
        'alt="The tide"></a>',
    ),
    Body(
        "a sound that only a script has is a link to the post",
        '<p>One.</p><audio src="blob:https://example.com/1-2" controls></audio><audio title="The bell">'
        "</audio>",
        '<p>One.</p><a href="https://example.com/news/post/">https://example.com/news/post/</a><a '
        'href="https://example.com/news/post/">The bell</a>',
    ),
    Body(
        "of a film's addresses those of the web stay",
        '<video poster="blob:https://example.com/1"><source src="blob:https://example.com/2"><source '
        'src="/tide.mp4" type="video/mp4"></video>',
        '<video controls><source src="https://example.com/tide.mp4" type="video/mp4"></video>',
    ),
    Body(
        "a film without an address behind the text is decoration",
        '<div class="elementor-background-video-container"><video '
        'class="elementor-background-video-hosted" autoplay muted loop></video></div><p>One.</p>',
        "<p>One.</p>",
    ),
    Body(
        "an attribute with a picture is no address of a film",
        '<video data-image-src="/t.jpg"><source src="/tide.mp4" type="video/mp4"></video>',
        '<video controls><source src="https://example.com/tide.mp4" type="video/mp4"></video>',
    ),
    Body(
        "Cookiebot: a frame that waits for consent",
        '<p>Film one.</p><iframe data-cookieblock-src="https://www.youtube.com/embed/aaaDEF12345" '
        'data-cookieconsent="marketing"></iframe>',
        '<p>Film one.</p><a href="https://www.youtube.com/watch?v=aaaDEF12345"><img '
        'alt="https://www.youtube.com/watch?v=aaaDEF12345" '
        'src="https://i.ytimg.com/vi/aaaDEF12345/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/aaaDEF12345"></iframe>',
    ),
    Body(
        "Complianz: a frame that waits for consent",
        '<p>Film two.</p><iframe class="cmplz-iframe" data-cmplz-target="src" '
        'data-src-cmplz="https://www.youtube.com/embed/bbbDEF12345?feature=oembed" title="Launch film" '
        'src="about:blank"></iframe>',
        '<p>Film two.</p><a href="https://www.youtube.com/watch?v=bbbDEF12345"><img alt="Launch film" '
        'src="https://i.ytimg.com/vi/bbbDEF12345/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/bbbDEF12345?feature=oembed" title="Launch film"></iframe>',
    ),
    Body(
        "iubenda: a frame that waits for consent",
        '<p>Film four.</p><iframe class="_iub_cs_activate" '
        'data-suppressedsrc="https://www.youtube.com/embed/cccDEF12345" '
        'src="//cdn.iubenda.com/cookie_solution/empty.html"></iframe>',
        '<p>Film four.</p><a href="https://www.youtube.com/watch?v=cccDEF12345"><img '
        'alt="https://www.youtube.com/watch?v=cccDEF12345" '
        'src="https://i.ytimg.com/vi/cccDEF12345/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/cccDEF12345"></iframe>',
    ),
    Body(
        "Real Cookie Banner: a frame that waits for consent",
        '<iframe consent-original-src-_="https://www.youtube.com/embed/aqz-KE-bpKQ" '
        'consent-required="12" consent-by="services" title="Tide"></iframe>',
        '<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="Tide" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Tide"></iframe>',
    ),
    Body(
        "Usercentrics: a frame that waits for consent",
        '<iframe uc-src="https://player.vimeo.com/video/76979871" title="Tide"></iframe>',
        '<a href="https://vimeo.com/76979871">Tide</a><br><iframe '
        'src="https://player.vimeo.com/video/76979871" title="Tide"></iframe>',
    ),
    Body(
        "CookieYes: a frame that waits for consent, and an empty page is nothing",
        '<iframe data-cky-tag="video" data-src="https://www.youtube.com/embed/aqz-KE-bpKQ" '
        'src="about:blank" title="T"></iframe><iframe src="/wp-content/plugins/c/blank.html" '
        'title="N"></iframe>',
        '<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="T" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="T"></iframe>',
    ),
    Body(
        "Borlabs Cookie: a frame packed in a script",
        '<div class="BorlabsCookie"><div class="_brlbs-content-blocker"><p>Please accept.</p></div><div'
        ' class="borlabs-hide" data-borlabs-cookie-type="content-blocker"><script type="text/template">'
        "PGlmcmFtZSBzcmM9Imh0dHBzOi8vd3d3LnlvdXR1YmUuY29tL2VtYmVkL2Fxei1LRS1icEtRIiB0aXRsZT0iVGlkZSI+PC"
        "9pZnJhbWU+</script></div></div>",
        '<div><div><a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="Tide" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Tide"></iframe></div></div>',
    ),
    Body(
        "Borlabs Cookie: a frame packed in an attribute",
        '<div class="brlbs-cmpnt-container" data-borlabs-cookie-content="PGlmcmFtZSBzcmM9Imh0dHBzOi8vd3'
        'd3LnlvdXR1YmUuY29tL2VtYmVkL2Fxei1LRS1icEtRIiB0aXRsZT0iVGlkZSI+PC9pZnJhbWU+"></div>',
        '<div><a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="Tide" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="Tide"></iframe></div>',
    ),
)

# Frames whose address leads nowhere outside of a frame

EMBED_ADDRESSES = (
    Body(
        "what is live on YouTube is the channel",
        "<p>Live from the hall.</p><iframe "
        'src="https://www.youtube.com/embed/live_stream?channel=UCabcdefghijklmnopqrstuv"></iframe>',
        '<p>Live from the hall.</p><a href="https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/li'
        've">https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/live</a><br><iframe '
        'src="https://www.youtube.com/embed/live_stream?channel=UCabcdefghijklmnopqrstuv"></iframe>',
    ),
    Body(
        "a playlist on YouTube is no film",
        "<p>All talks of one.</p><iframe "
        'src="https://www.youtube.com/embed/playlist?list=PLabcdef12345"></iframe>',
        '<p>All talks of one.</p><a href="https://www.youtube.com/playlist?list=PLabcdef12345">https://'
        "www.youtube.com/playlist?list=PLabcdef12345</a><br><iframe "
        'src="https://www.youtube.com/embed/playlist?list=PLabcdef12345"></iframe>',
    ),
    Body(
        "what somebody uploaded to YouTube is the channel",
        '<iframe src="https://www.youtube.com/embed?listType=user_uploads&amp;list=harbourtv" '
        'title="T"></iframe>',
        '<a href="https://www.youtube.com/user/harbourtv">T</a>',
    ),
    Body(
        "a map of Google by its code is the place",
        '<p>The venue.</p><iframe src="https://www.google.com/maps/embed?pb=!1m18!1m12!1m3!1d3875.6!2d1'
        "00.5018!3d13.7563!2m3!1f0!2f0!3f0!3m2!1i1024!2i768!4f13.1!3m3!1m2!1s0x0%3A0x0!2sTown%20Hall!5e"
        '0!3m2!1sen!2sth!4v1" width="600" height="450"></iframe>',
        '<p>The venue.</p><a href="https://www.google.com/maps?q=13.7563,100.5018">Town Hall</a>',
    ),
    Body(
        "a map of Google by its interface is the place, without the key",
        "<p>The other venue.</p><iframe "
        'src="https://www.google.com/maps/embed/v1/place?key=KEY&amp;q=Town+Hall,Rayong"></iframe>',
        '<p>The other venue.</p><a href="https://www.google.com/maps?q=Town+Hall,Rayong">Town '
        "Hall,Rayong</a>",
    ),
    Body(
        "a view of a street is the place",
        '<iframe src="https://www.google.com/maps/embed?pb=!4v1700000!6m8!1m7!1sCAoSLEFGMVF!2m2!1d12.68'
        '!2d101.27!3f10!4f0!5f0.7"></iframe>',
        '<a href="https://www.google.com/maps?q=12.68,101.27">google.com/maps</a>',
    ),
    Body(
        "older maps, maps of one's own and ways there",
        '<iframe src="https://maps.google.com/maps?q=Rayong%20Pier&t=&z=13&ie=UTF8&iwloc=&output=embed"'
        "></iframe><iframe "
        'src="https://www.google.com/maps/d/embed?mid=1AbC_d&ehbc=2E312F"></iframe><iframe src="https:/'
        '/www.google.com/maps/embed/v1/directions?key=K&origin=A&destination=Rayong+Pier"></iframe>',
        '<a href="https://www.google.com/maps?q=Rayong+Pier">Rayong Pier</a> <a href="https://www.google'
        '.com/maps/d/viewer?mid=1AbC_d">https://www.google.com/maps/d/viewer?mid=1AbC_d</a> <a '
        'href="https://www.google.com/maps?q=Rayong+Pier">Rayong Pier</a>',
    ),
    Body(
        "a map of OpenStreetMap is its page",
        '<iframe src="https://www.openstreetmap.org/export/embed.html?bbox=100.4%2C13.7%2C100.6%2C13.8&'
        'layer=mapnik&marker=13.75%2C100.5"></iframe>',
        '<a href="https://www.openstreetmap.org/?mlat=13.75&amp;mlon=100.5">openstreetmap.org</a>',
    ),
    Body(
        "a file in a viewer is the file",
        '<iframe src="https://docs.google.com/gview?url=https://example.com/a.pdf&amp;embedded=true"></'
        'iframe><iframe src="https://view.officeapps.live.com/op/embed.aspx?src=https%3A%2F%2Fexample.c'
        'om%2Fb.docx"></iframe>',
        '<a href="https://example.com/a.pdf">a.pdf</a> <a href="https://example.com/b.docx">b.docx</a>',
    ),
    Body(
        "a frame of an unknown host with a long address is named by its host",
        '<p>Where we are.</p><iframe src="https://maps.example/embed?pb=!1m18!1m12!1m3!1d38756000000000'
        '00000000000000000000000000000000000000000000000000000000000000000000000"></iframe>',
        '<p>Where we are.</p><a href="https://maps.example/embed?pb=!1m18!1m12!1m3!1d387560000000000000'
        '0000000000000000000000000000000000000000000000000000000000000000000">maps.example</a>',
    ),
    Body(
        "a channel on Twitch is its page",
        '<iframe src="https://player.twitch.tv/?channel=harbourtv&amp;parent=example.com" '
        'title="Live"></iframe>',
        '<a href="https://www.twitch.tv/harbourtv">Live</a>',
    ),
    Body(
        "a showcase and an event on Vimeo are their pages",
        '<iframe src="https://vimeo.com/showcase/123/embed" title="A"></iframe><iframe '
        'src="https://vimeo.com/event/456/embed/interaction" title="B"></iframe>',
        '<a href="https://vimeo.com/showcase/123">A</a> <a href="https://vimeo.com/event/456">B</a>',
    ),
)

# What a script would embed: a link

SCRIPT_EMBEDS = (
    Body(
        "the scripts of two hosts of recordings lead each to its own",
        '<p>Listen.</p><script src="https://embed.acast.com/the-quay/episode-7.js"></script>'
        '<script src="https://embed.simplecast.com/1a2b.js"></script>',
        '<p>Listen.</p><a href="https://embed.acast.com/the-quay/episode-7">https://embed.acast.com/the-quay/'
        'episode-7</a> <a href="https://embed.simplecast.com/1a2b">https://embed.simplecast.com/1a2b</a>',
    ),
    Body(
        "a gist keeps the link in its noscript, once",
        "<p>Code one:</p><script "
        'src="https://gist.github.com/someone/0123456789abcdef.js"></script><noscript><a '
        'href="https://gist.github.com/someone/0123456789abcdef">View the code on '
        "Gist.</a></noscript><p>After one.</p>",
        '<p>Code one:</p><a href="https://gist.github.com/someone/0123456789abcdef">View the code on '
        "Gist.</a><p>After one.</p>",
    ),
    Body(
        "a gist by its attribute is a link",
        '<p>Code two:</p><div class="gist-oembed" data-gist="someone/fedcba9876543210.json" '
        'data-ts="8"></div><p>After two.</p>',
        '<p>Code two:</p><div><a href="https://gist.github.com/someone/fedcba9876543210">https://gist.g'
        "ithub.com/someone/fedcba9876543210</a></div><p>After two.</p>",
    ),
    Body(
        "a pin is a link",
        '<p>The pin:</p><a data-pin-do="embedPin" href="https://www.pinterest.com/pin/99/"></a><p>After'
        " the pin.</p>",
        "<p>The pin:</p><a "
        'href="https://www.pinterest.com/pin/99/">https://www.pinterest.com/pin/99/</a><p>After the '
        "pin.</p>",
    ),
    Body(
        "an empty card is a link named by its address",
        '<p>The card:</p><a class="embedly-card" href="https://photos.example/42"></a><p>After the '
        "card.</p>",
        '<p>The card:</p><a href="https://photos.example/42">https://photos.example/42</a><p>After the '
        "card.</p>",
    ),
    Body(
        "an empty timeline is a link",
        '<a class="twitter-timeline" href="https://twitter.com/harbour"></a>',
        '<a href="https://twitter.com/harbour">https://twitter.com/harbour</a>',
    ),
    Body(
        "an empty link of Iframely is a link",
        '<div class="iframely-embed"><div class="iframely-responsive"><a href="https://video.example/7"'
        ' data-iframely-url="//cdn.iframe.ly/api/iframe?url=x"></a></div></div>',
        '<div><div><a href="https://video.example/7">https://video.example/7</a></div></div>',
    ),
    Body(
        "a gist by its script alone is a link",
        '<p>One:</p><script src="https://gist.github.com/ada/0123456789abcdef.js"></script><p>Two.</p>',
        '<p>One:</p><a href="https://gist.github.com/ada/0123456789abcdef">https://gist.github.com/ada/'
        "0123456789abcdef</a><p>Two.</p>",
    ),
    Body(
        "a post of Telegram is a link",
        '<p>a</p><script async src="https://telegram.org/js/telegram-widget.js?22" '
        'data-telegram-post="harbour/12" data-width="100%"></script><p>b</p>',
        '<p>a</p><a href="https://t.me/harbour/12">https://t.me/harbour/12</a><p>b</p>',
    ),
    Body(
        "a recording of a terminal is a link",
        '<p>a</p><script src="https://asciinema.org/a/14.js" id="asciicast-14" async></script><p>b</p>',
        '<p>a</p><a href="https://asciinema.org/a/14">https://asciinema.org/a/14</a><p>b</p>',
    ),
    Body(
        "a poll is the link in its noscript, once",
        '<p>a</p><script src="https://secure.polldaddy.com/p/123.js"></script><noscript><a '
        'href="https://poll.fm/123">Take our poll</a></noscript><p>b</p>',
        '<p>a</p><a href="https://poll.fm/123">Take our poll</a><p>b</p>',
    ),
    Body(
        "a script with a number of its own is a link",
        '<p>a</p><script src="https://forms.example/embed/4711-a.js"></script><p>b</p>',
        "<p>a</p><a "
        'href="https://forms.example/embed/4711-a">https://forms.example/embed/4711-a</a><p>b</p>',
    ),
    Body(
        # why: what it shows can be seen on the post's page; the script itself is nothing to read.
        "a script that nobody knows and that names one thing is a link called by its host",
        '<p>One.</p><script src="https://polls.acme.example/e.js" data-poll-id="4711"></script><p>Two.'
        '</p><script async src="//www.acme.example/w.js?widget_id=abc123&amp;theme=dark"></script>'
        "<p>Three.</p><div><script src='https://charts.acme.example/v2/chart.js?id=99a1'></script></div>"
        '<script src="https://vote.example/embed/berlin-map.js"></script>',
        '<p>One.</p><a href="https://example.com/news/post/">polls.acme.example</a><p>Two.</p><a '
        'href="https://example.com/news/post/">acme.example</a><p>Three.</p><div><a '
        'href="https://example.com/news/post/">charts.acme.example</a></div><a '
        'href="https://example.com/news/post/">vote.example</a>',
    ),
    Body(
        # why: these name the site that they count or earn for, or are libraries and name nothing.
        "scripts that count, sell or serve others go",
        '<p>One.</p><script async src="https://pagead2.googlesyndication.com/pagead/js/adsbygoogle.js'
        '?client=ca-pub-1" data-ad-client="ca-pub-123456"></script><script '
        'src="https://www.googletagmanager.com/gtag/js?id=UA-1234"></script><script '
        'src="https://code.jquery.com/jquery-3.7.1.min.js?ver=3.7.1" data-cfasync="false"></script>'
        '<script defer data-domain="a.example" src="https://plausible.example/js/script.js"></script>'
        '<script data-website-id="94db1cb1-74f4-4a40" src="https://umami.example/script.js"></script>'
        '<script data-id="101234" src="//static.getclicky.com/js"></script><script async '
        'src="https://platform.twitter.com/widgets.js" charset="utf-8"></script><script '
        'src="https://static.example/b.min.js" data-cf-beacon=\'{"token":"12345678"}\'></script><script '
        'src="/wp-content/plugins/x/video.js?video_id=123"></script><script '
        'src="https://js.hs-scripts.com/123456.js" id="hs-script-loader"></script><script '
        'src="https://cdn.taboola.com/w.js" data-widget-id="12345"></script><script '
        'src="https://acme.example/embed/iframeResizer.min.js"></script><script '
        'src="https://acme.example/player/api.js"></script>',
        "<p>One.</p>",
    ),
    Body(
        "scripts that embed nothing and advice on scripts go",
        '<p>a</p><script src="https://www.googletagmanager.com/gtag/js?id=G-1"></script><script async '
        'src="//www.instagram.com/embed.js"></script><script '
        'src="/wp-includes/js/jquery/jquery.min.js"></script><script async '
        'src="https://platform.twitter.com/widgets.js" charset="utf-8"></script><noscript>Please turn '
        'on JavaScript: <a href="https://www.enable-javascript.com/">how</a></noscript><noscript>Please'
        ' enable JavaScript to view the <a href="https://disqus.com/?ref_noscript">comments powered by '
        "Disqus.</a></noscript><p>b</p>",
        "<p>a</p><p>b</p>",
    ),
    Body(
        "empty buttons and icons go",
        '<p>a</p><a class="twitter-share-button" href="https://x.com/share"></a><a '
        'data-pin-do="buttonPin" href="https://www.pinterest.com/pin/create/button/"></a><a '
        'href="https://x.example/" class="card-link"><i class="fa fa-x"></i></a><p>b</p>',
        "<p>a</p><p>b</p>",
    ),
    Body(
        "charts, calendars and films by their ids are links",
        '<div class="infogram-embed" data-id="a1b2-c3" data-type="interactive" '
        'data-title="Catches"></div><div class="flourish-embed flourish-chart" '
        'data-src="visualisation/123"><script '
        'src="https://public.flourish.studio/resources/embed.js"></script></div><div '
        'class="calendly-inline-widget" data-url="https://calendly.com/ada/30min"></div><div '
        'class="wistia_embed wistia_async_abcde12345"></div>',
        '<div><a href="https://infogram.com/a1b2-c3">https://infogram.com/a1b2-c3</a></div><div><a href'
        '="https://public.flourish.studio/visualisation/123/">https://public.flourish.studio/visualisat'
        "ion/123/</a></div><div><a "
        'href="https://calendly.com/ada/30min">https://calendly.com/ada/30min</a></div><div><a href="ht'
        'tps://fast.wistia.net/embed/iframe/abcde12345">https://fast.wistia.net/embed/iframe/abcde12345'
        "</a></div>",
    ),
    Body(
        "a script that is only spoken of is text",
        '<p>Put <code>&lt;script src="https://gist.github.com/a/1.js"&gt;</code> there.</p>',
        '<p>Put <code>&lt;script src="https://gist.github.com/a/1.js"&gt;</code> there.</p>',
    ),
)

# Players and galleries that stand in attributes

PLAYERS = (
    Body(
        "Elementor: a film on YouTube",
        '<p>Watch the launch:</p><div class="elementor-widget-video" data-settings="{&quot;youtube_url&'
        "quot;:&quot;https:\\/\\/www.youtube.com\\/watch?v=dddDEF12345&quot;,&quot;video_type&quot;:&quot;"
        'youtube&quot;}" data-widget_type="video.default"><div class="elementor-wrapper"><div '
        'class="elementor-video"></div></div></div><p>It took an hour.</p>',
        '<p>Watch the launch:</p><div><a href="https://www.youtube.com/watch?v=dddDEF12345"><img '
        'alt="https://www.youtube.com/watch?v=dddDEF12345" '
        'src="https://i.ytimg.com/vi/dddDEF12345/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/dddDEF12345"></iframe></div><p>It took an hour.</p>',
    ),
    Body(
        "Elementor: a film on Vimeo",
        '<p>Watch the landing:</p><div class="elementor-widget-video" data-settings="{&quot;video_type&'
        'quot;:&quot;vimeo&quot;,&quot;vimeo_url&quot;:&quot;https:\\/\\/vimeo.com\\/76979871&quot;}"><div'
        ' class="elementor-video"></div></div><p>It took a day.</p>',
        "<p>Watch the landing:</p><div><a "
        'href="https://vimeo.com/76979871">https://vimeo.com/76979871</a><br><iframe '
        'src="https://player.vimeo.com/video/76979871"></iframe></div><p>It took a day.</p>',
    ),
    Body(
        "Elementor: a picture in front of a film leads to it",
        '<p>Film of the year:</p><div class="elementor-widget-video" data-settings="{&quot;youtube_url&'
        'quot;:&quot;https:\\/\\/youtu.be\\/eeeDEF12345&quot;,&quot;video_type&quot;:&quot;youtube&quot;}"'
        '><div class="elementor-custom-embed-image-overlay" data-elementor-lightbox="{&quot;type&quot;:'
        '&quot;video&quot;,&quot;url&quot;:&quot;https:\\/\\/www.youtube.com\\/embed\\/eeeDEF12345&quot;}">'
        '<img src="https://news.example/o.jpg" alt=""><div class="elementor-custom-embed-play" '
        'role="button"></div></div></div>',
        '<p>Film of the year:</p><div><div><a href="https://www.youtube.com/watch?v=eeeDEF12345"><img '
        'src="https://news.example/o.jpg" alt=""></a></div></div>',
    ),
    Body(
        "Elementor: a film of the site's own",
        '<div class="elementor-widget-video" data-settings="{&quot;video_type&quot;:&quot;hosted&quot;,'
        '&quot;hosted_url&quot;:{&quot;url&quot;:&quot;https:\\/\\/example.com\\/tide.mp4&quot;}}"><div></'
        "div></div>",
        '<div><video src="https://example.com/tide.mp4" controls></video></div>',
    ),
    Body(
        "Elementor: a film that stands in the body is there once",
        '<div class="elementor-widget-video" data-settings="{&quot;hosted_url&quot;:{&quot;url&quot;:&q'
        'uot;https:\\/\\/example.com\\/tide.mp4&quot;}}"><video src="https://example.com/tide.mp4" '
        "controls></video></div>",
        '<div><video src="https://example.com/tide.mp4" controls></video></div>',
    ),
    Body(
        "Elementor: a film in the background is decoration",
        '<section data-settings="{&quot;background_background&quot;:&quot;classic&quot;,&quot;backgroun'
        'd_video_link&quot;:&quot;https:\\/\\/www.youtube.com\\/watch?v=aqz-KE-bpKQ&quot;}"><p>Text.</p></'
        "section>",
        "<section><p>Text.</p></section>",
    ),
    Body(
        "Plyr: a film by its id",
        '<p>Film of the day:</p><div class="plyr" data-plyr-provider="youtube" '
        'data-plyr-embed-id="gggDEF12345"></div><p>End of the day.</p>',
        '<p>Film of the day:</p><div><a href="https://www.youtube.com/watch?v=gggDEF12345"><img '
        'alt="https://www.youtube.com/watch?v=gggDEF12345" '
        'src="https://i.ytimg.com/vi/gggDEF12345/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/gggDEF12345"></iframe></div><p>End of the day.</p>',
    ),
    Body(
        "lite-youtube and its kin",
        '<lite-youtube videoid="aqz-KE-bpKQ" playlabel="A walk" '
        'style="background-image:url(https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg)"><a '
        'href="https://youtube.com/watch?v=aqz-KE-bpKQ" class="lty-playbtn"><span '
        'class="lyt-visually-hidden">Play</span></a></lite-youtube><lite-vimeo '
        'videoid="76979871"></lite-vimeo>',
        '<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img alt="A walk" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ" title="A walk"></iframe><a '
        'href="https://vimeo.com/76979871">https://vimeo.com/76979871</a><br><iframe '
        'src="https://player.vimeo.com/video/76979871"></iframe>',
    ),
    Body(
        "AMP: a picture",
        '<p>Picture of the day:</p><amp-img src="https://news.example/wp-content/uploads/amp.jpg" '
        'width="600" height="400" alt="The pier"></amp-img><p>End of it.</p>',
        '<p>Picture of the day:</p><img src="https://news.example/wp-content/uploads/amp.jpg" alt="The '
        'pier" width="600" height="400"><p>End of it.</p>',
    ),
    Body(
        "AMP: films, frames and posts",
        '<amp-youtube data-videoid="aqz-KE-bpKQ" layout="responsive" width="480" '
        'height="270"></amp-youtube><amp-video src="/tide.mp4" poster="/t.jpg" '
        'controls></amp-video><amp-iframe src="https://chart.example/7"><amp-img src="/p.jpg" '
        'placeholder></amp-img></amp-iframe><amp-instagram data-shortcode="CxEx" '
        '></amp-instagram><amp-twitter data-tweetid="885634330868850689"></amp-twitter><amp-facebook '
        'data-href="https://www.facebook.com/a/posts/1"></amp-facebook>',
        '<a href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img '
        'alt="https://www.youtube.com/watch?v=aqz-KE-bpKQ" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe height="270" '
        'width="480" src="https://www.youtube.com/embed/aqz-KE-bpKQ"></iframe><video '
        'src="https://example.com/tide.mp4" poster="https://example.com/t.jpg" controls></video><a '
        'href="https://chart.example/7">chart.example</a> <a '
        'href="https://www.instagram.com/p/CxEx/">https://www.instagram.com/p/CxEx/</a><a href="https:/'
        '/x.com/i/status/885634330868850689">https://x.com/i/status/885634330868850689</a> <a '
        'href="https://www.facebook.com/a/posts/1">https://www.facebook.com/a/posts/1</a>',
    ),
    Body(
        "Elementor: a gallery shows its pictures, each a link",
        '<p>Gallery of the hall:</p><div class="elementor-gallery__container"><a class="e-gallery-item"'
        ' href="https://news.example/wp-content/uploads/g1.jpg"><div class="e-gallery-image" '
        'data-thumbnail="https://news.example/wp-content/uploads/g1-300x200.jpg" role="img" '
        'aria-label="Hall"></div></a><a class="e-gallery-item" '
        'href="https://news.example/wp-content/uploads/g2.jpg"><div class="e-gallery-image" '
        'data-thumbnail="https://news.example/wp-content/uploads/g2-300x200.jpg"></div></a></div><p>End'
        " of the gallery.</p>",
        "<p>Gallery of the hall:</p><div><a "
        'href="https://news.example/wp-content/uploads/g1.jpg"><div><img '
        'src="https://news.example/wp-content/uploads/g1.jpg" alt="Hall"></div></a><a '
        'href="https://news.example/wp-content/uploads/g2.jpg"><div><img '
        'src="https://news.example/wp-content/uploads/g2.jpg" alt=""></div></a></div><p>End of the '
        "gallery.</p>",
    ),
    Body(
        "Jetpack: the places of a map",
        '<div class="wp-block-jetpack-map" data-points="[{&quot;placeTitle&quot;:&quot;Pier&quot;,&quot'
        ';coordinates&quot;:{&quot;longitude&quot;:101.27,&quot;latitude&quot;:12.68}}]"></div>',
        '<div><a href="https://www.google.com/maps?q=12.68,101.27">12.68,101.27</a></div>',
    ),
    Body(
        "a gallery whose pictures stand as JSON",
        '<div class="acme-gallery" data-images="[{&quot;src&quot;:&quot;https:\\/\\/example.com\\/one.jpg&'
        'quot;},{&quot;src&quot;:&quot;https:\\/\\/example.com\\/two.jpg&quot;}]"></div>',
        '<div><figure><img src="https://example.com/one.jpg" alt=""></figure><figure><img '
        'src="https://example.com/two.jpg" alt=""></figure></div>',
    ),
    Body(
        "settings that name no address show nothing",
        '<div data-settings="{&quot;speed&quot;:500,&quot;link&quot;:&quot;https:\\/\\/example.com\\/about'
        '\\/&quot;}"><p>Text.</p></div>',
        "<div><p>Text.</p></div>",
    ),
    Body(
        "addresses for counting show nothing",
        '<p data-share-url="https://example.com/news/post/" '
        'data-image="https://example.com/a.jpg">Text.</p>',
        "<p>Text.</p>",
    ),
)

# Objects of old

OBJECTS = (
    Body(
        "Flash: a film on YouTube",
        '<p>Film of old:</p><object width="425" height="344"><param name="movie" '
        'value="http://www.youtube.com/v/hhhDEF12345&amp;hl=en"><embed '
        'src="http://www.youtube.com/v/hhhDEF12345&amp;hl=en" '
        'type="application/x-shockwave-flash"></object><p>After the film.</p>',
        '<p>Film of old:</p><a href="https://www.youtube.com/watch?v=hhhDEF12345"><img '
        'alt="https://www.youtube.com/watch?v=hhhDEF12345" '
        'src="https://i.ytimg.com/vi/hhhDEF12345/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/hhhDEF12345"></iframe><p>After the film.</p>',
    ),
    Body(
        "Flash: a film on Vimeo",
        '<object width="400" height="225"><param name="movie" '
        'value="http://vimeo.com/moogaloop.swf?clip_id=76979871&amp;server=vimeo.com"><embed '
        'src="http://vimeo.com/moogaloop.swf?clip_id=76979871&amp;server=vimeo.com" '
        'type="application/x-shockwave-flash"></embed></object>',
        '<a href="https://vimeo.com/76979871">https://vimeo.com/76979871</a><br><iframe '
        'src="https://player.vimeo.com/video/76979871"></iframe>',
    ),
    Body(
        "an object with a file keeps the words within it",
        '<p>Report of the year:</p><object data="https://news.example/report.pdf" '
        'type="application/pdf" width="100%" height="600"><p>Your browser shows no PDF: <a '
        'href="https://news.example/report.pdf">download the report</a>.</p></object>',
        "<p>Report of the year:</p><p>Your browser shows no PDF: <a "
        'href="https://news.example/report.pdf">download the report</a>.</p>',
    ),
    Body(
        "an embed with a file is a link",
        '<p>Slides of the year:</p><embed src="https://news.example/slides.pdf" '
        'type="application/pdf"><p>End of the year.</p>',
        '<p>Slides of the year:</p><a href="https://news.example/slides.pdf">slides.pdf</a><p>End of '
        "the year.</p>",
    ),
    Body(
        "objects with a picture, a recording and a program",
        '<object data="/map.svg" type="image/svg+xml" aria-label="Map"></object><embed '
        'src="/waves.mp3"><object data="/game.swf" type="application/x-shockwave-flash"><a '
        'href="https://get.adobe.com/flashplayer/">Get Flash</a></object>',
        '<img src="https://example.com/map.svg" alt="Map"><audio src="https://example.com/waves.mp3" '
        'controls></audio><a href="https://example.com/game.swf">game.swf</a>',
    ),
    Body(
        "an object with a picture within it is that picture",
        '<object data="/a.svg"><img src="/a.png" alt="A"></object>',
        '<img src="https://example.com/a.png" alt="A">',
    ),
    Body(
        "Flash: a player with its song",
        '<object data="/player.swf" type="application/x-shockwave-flash"><param name="FlashVars" '
        'value="autoplay=no&amp;mp3=https://example.com/waves.mp3"></object>',
        '<audio src="https://example.com/waves.mp3" controls></audio>',
    ),
    Body(
        "a picture behind an object stays",
        '<object class="tableauViz"><param name="host_url" '
        'value="https%3A%2F%2Fpublic.tableau.com%2F"><param name="name" '
        'value="Catch/Sheet1"></object><noscript><a href="#"><img alt="Catch" '
        'src="https://public.tableau.com/static/images/Catch/1.png"></a></noscript>',
        '<a href="https://example.com/news/post/"><img alt="Catch" '
        'src="https://public.tableau.com/static/images/Catch/1.png"></a>',
    ),
)

# Pictures in the background, and thumbnails of pictures

BACKGROUNDS = (
    Body(
        "a cover of the older editor shows its picture",
        '<div class="wp-block-cover has-background-dim" '
        'style="background-image:url(https://news.example/wp-content/uploads/quay.jpg)"><div '
        'class="wp-block-cover__inner-container"><p>The quay opens.</p></div></div>',
        '<div><figure><img src="https://news.example/wp-content/uploads/quay.jpg" '
        'alt=""></figure><div><p>The quay opens.</p></div></div>',
    ),
    Body(
        "media and text with the picture as background show both",
        '<div class="wp-block-media-text is-image-fill"><figure class="wp-block-media-text__media" styl'
        'e="background-image:url(https://example.com/wp-content/uploads/mill.jpg);background-position:5'
        '0% 50%"></figure><div class="wp-block-media-text__content"><p>The mill turns.</p></div></div>',
        '<div><figure><img src="https://example.com/wp-content/uploads/mill.jpg" '
        'alt=""></figure><div><p>The mill turns.</p></div></div>',
    ),
    Body(
        "a thumbnail as background stays in its link",
        '<p>See the study:</p><a href="https://news.example/report/"><span class="entry-thumb" '
        'data-type="css_image" '
        'data-img-url="https://news.example/wp-content/uploads/r-356x220.jpg"></span></a><p>End of the '
        "study.</p>",
        '<p>See the study:</p><a href="https://news.example/report/"><img '
        'src="https://news.example/wp-content/uploads/r-356x220.jpg" alt=""></a><p>End of the '
        "study.</p>",
    ),
    Body(
        "the background of a group is a figure, patterns of a theme and colours are not",
        '<div class="wp-block-group has-background" '
        'style="background-image:url(&quot;/sea.jpg&quot;);background-size:cover"><p>Out at '
        'sea.</p></div><div style="background:#fff url(/wp-content/themes/x/pattern.png)"><p>On '
        'paper.</p></div><div style="background-image:linear-gradient(red,blue)"><p>Red.</p></div>',
        '<div><figure><img src="https://example.com/sea.jpg" alt=""></figure><p>Out at '
        "sea.</p></div><div><p>On paper.</p></div><div><p>Red.</p></div>",
    ),
    Body(
        "backgrounds that a script would load",
        '<div class="rocket-lazyload" data-bg="/sea.jpg"><p>Sea.</p></div><div class="lazy" '
        'data-bg="url(/tug.jpg)"></div><section '
        'data-background-image="https://example.com/pier.jpg"><h2>Pier</h2></section>',
        '<div><figure><img src="https://example.com/sea.jpg" '
        'alt=""></figure><p>Sea.</p></div><div><figure><img src="https://example.com/tug.jpg" '
        'alt=""></figure></div><section><figure><img src="https://example.com/pier.jpg" '
        'alt=""></figure><h2>Pier</h2></section>',
    ),
    Body(
        "a background that the element shows is shown once",
        '<div style="background-image:url(/sea-1024x600.jpg)"><img src="/sea.jpg" alt="Sea"><p>x</p></div>',
        '<div><img src="https://example.com/sea.jpg" alt="Sea"><p>x</p></div>',
    ),
    Body(
        "a classic gallery shows the pictures behind its thumbnails",
        '<div class="gallery"><figure class="gallery-item"><div class="gallery-icon"><a '
        'href="https://example.com/wp-content/uploads/a.jpg"><img width="150" height="150" '
        'src="https://example.com/wp-content/uploads/a-150x150.jpg" class="attachment-thumbnail" '
        'alt="Quay"></a></div></figure></div><p>End.</p>',
        '<div><figure><div><a href="https://example.com/wp-content/uploads/a.jpg"><img '
        'src="https://example.com/wp-content/uploads/a.jpg" '
        'alt="Quay"></a></div></figure></div><p>End.</p>',
    ),
    Body(
        "a classic gallery as a list shows them too",
        '<div class="gallery"><dl class="gallery-item"><dt class="gallery-icon"><a href="/one.jpg"><img'
        ' width="150" height="150" src="/one-150x150.jpg" srcset="/one-150x150.jpg 150w, '
        '/one-300x300.jpg 300w" sizes="150px" alt="One"></a></dt><dd '
        'class="gallery-caption">First</dd></dl></div>',
        '<div><figure><a href="https://example.com/one.jpg"><img src="https://example.com/one.jpg" '
        'alt="One"></a><figcaption>First</figcaption></figure></div>',
    ),
    Body(
        "NextGEN: the pictures behind the thumbnails",
        '<div class="ngg-galleryoverview"><div class="ngg-gallery-thumbnail"><a '
        'href="/gallery/a.jpg"><img src="/gallery/thumbs/thumbs_a.jpg" width="240" height="160" '
        'alt="A"></a></div></div>',
        '<div><div><a href="https://example.com/gallery/a.jpg"><img '
        'src="https://example.com/gallery/a.jpg" alt="A"></a></div></div>',
    ),
    Body(
        "a linked thumbnail in the text stays as it is",
        '<p><a href="/one.jpg"><img width="300" height="200" src="/one-300x200.jpg" alt="One"></a></p>',
        '<p><a href="https://example.com/one.jpg"><img width="300" height="200" '
        'src="https://example.com/one-300x200.jpg" alt="One"></a></p>',
    ),
    Body(
        "a gallery block keeps its sizes",
        '<figure class="wp-block-gallery"><figure class="wp-block-image"><a href="/one.jpg"><img '
        'src="/one-1024x600.jpg" alt="One"></a></figure></figure>',
        '<figure><figure><a href="https://example.com/one.jpg"><img '
        'src="https://example.com/one-1024x600.jpg" alt="One"></a></figure></figure>',
    ),
)

# Numbers that a script counts up, and figures that style raises or strikes

COUNTERS = (
    Body(
        "Elementor's counter shows the number that it ends with",
        '<div class="elementor-counter"><div class="elementor-counter-title">Jobs '
        'created</div><div class="elementor-counter-number-wrapper"><span '
        'class="elementor-counter-number" data-duration="2000" data-to-value="250" '
        'data-from-value="0" data-delimiter=",">0</span><span '
        'class="elementor-counter-number-suffix">+</span></div></div>',
        "<div><div>Jobs created</div><div>250+</div></div>",
    ),
    Body(
        "Divi's counter shows its number before the sign",
        '<div class="et_pb_number_counter" data-number-value="87"><div '
        'class="percent"><p><span class="percent-value"></span><span '
        'class="percent-sign">%</span></p></div><h3 class="title">Fewer errors</h3></div>',
        "<div><div><p>87%</p></div><h3>Fewer errors</h3></div>",
    ),
    Body(
        "Kadence's counter has its number between its signs",
        '<div class="kb-count-up" data-start="0" data-end="1200" data-prefix="$" '
        'data-suffix="M"><div class="kb-count-up-process kb-count-up-number"></div><div '
        'class="kb-count-up-title">Revenue of the year</div></div>',
        "<div><div>$1200M</div><div>Revenue of the year</div></div>",
    ),
    Body(
        "an odometer shows its number",
        '<div class="counter"><span class="odometer" data-count="1500">0</span><span>+ '
        "clients</span></div>",
        "<div>1500+ clients</div>",
    ),
    Body(
        "a counter with a beginning of its own shows its end",
        '<p><span class="purecounter" data-purecounter-start="5" '
        'data-purecounter-end="232">5</span> boats</p>',
        "<p>232 boats</p>",
    ),
    Body(
        "WPBakery's pie shows its share",
        '<div class="vc_pie_chart" data-pie-value="75" data-pie-units="%"><div '
        'class="vc_pie_wrapper"><span class="vc_pie_chart_value"></span></div><h4>Done</h4></div>',
        "<div><div>75%</div><h4>Done</h4></div>",
    ),
    Body(
        "a counter with a mark for thousands has it",
        '<div class="elementor-counter"><span class="elementor-counter-number" '
        'data-to-value="12500" data-from-value="0" data-delimiter=",">0</span></div>',
        "<div>12,500</div>",
    ),
    Body(
        "a number that is shown already stays",
        '<p><span class="stat-number" data-target="43">42</span> boats</p>',
        "<p>42 boats</p>",
    ),
    Body(
        "a countdown is no counter",
        '<div class="countdown" data-end="1767225600">0</div><p>One.</p>',
        "<div>0</div><p>One.</p>",
    ),
    Body(
        "a struck price is struck",
        "<p>The price is <strike>$900</strike> $700.</p>",
        "<p>The price is <s>$900</s> $700.</p>",
    ),
    Body(
        "a line through emphasis strikes it",
        '<p>We <em style="text-decoration-line: line-through">never</em> sell.</p>',
        "<p>We <em><s>never</s></em> sell.</p>",
    ),
    Body(
        "a line through a paragraph strikes its words",
        '<p style="text-decoration:line-through">Closed on Monday.</p>',
        "<p><s>Closed on Monday.</s></p>",
    ),
    Body(
        "a line through a span strikes it",
        '<p>Now <span style="text-decoration: line-through red;">$9</span> $7.</p>',
        "<p>Now <s>$9</s> $7.</p>",
    ),
    Body(
        "a line through a list strikes each item",
        '<ul style="text-decoration:line-through"><li>One</li><li>Two</li></ul>',
        "<ul><li><s>One</s></li><li><s>Two</s></li></ul>",
    ),
    Body(
        "a figure that style raises is an exponent",
        '<p>10<span style="vertical-align:super;font-size:60%">6</span> cells in 5 m<span '
        'class="superscript">3</span></p>',
        "<p>10<sup>6</sup> cells in 5 m<sup>3</sup></p>",
    ),
    Body(
        "a figure that style lowers is an index",
        '<p>H<span style="vertical-align: sub">2</span>O</p>',
        "<p>H<sub>2</sub>O</p>",
    ),
)

# What opens, names or lists something is text; what acts goes

BUTTONS = (
    Body(
        "a question in Kadence's accordion stays",
        '<div class="wp-block-kadence-pane kt-accordion-pane"><div '
        'class="kt-accordion-header-wrap"><button class="kt-blocks-accordion-header" '
        'type="button" aria-expanded="false"><span class="kt-blocks-accordion-title">Who may '
        'apply?</span></button></div><div class="kt-accordion-panel"><p>Every '
        "resident.</p></div></div>",
        "<div><div><p><strong>Who may apply?</strong></p></div><div><p>Every resident.</p></div></div>",
    ),
    Body(
        "the names of tabs stand before their panels",
        '<div class="tabs"><div role="tablist"><button role="tab" '
        'aria-controls="t1">Bangkok</button><button role="tab" '
        'aria-controls="t2">Rayong</button></div><div role="tabpanel" id="t1"><p>Opens at '
        'nine.</p></div><div role="tabpanel" id="t2"><p>Opens at ten.</p></div></div>',
        "<div><p><strong>Bangkok</strong></p><div><p>Opens at "
        "nine.</p></div><p><strong>Rayong</strong></p><div><p>Opens at ten.</p></div></div>",
    ),
    Body(
        "a question in Bootstrap's accordion stays",
        '<div class="accordion-item"><div class="accordion-header"><button '
        'class="accordion-button collapsed" type="button" data-bs-toggle="collapse" '
        'data-bs-target="#c1">May I pay later?</button></div><div id="c1" '
        'class="accordion-collapse collapse"><p>No, you may not.</p></div></div>',
        "<div><div><p><strong>May I pay later?</strong></p></div><div><p>No, you may not.</p></div></div>",
    ),
    Body(
        "the sign of an accordion goes from its heading",
        '<div class="wp-block-accordion-item"><h3 class="wp-block-accordion-heading"><button '
        'aria-expanded="false" class="wp-block-accordion-heading__toggle"><span '
        'class="wp-block-accordion-heading__toggle-title">How long does it take?</span><span '
        'class="wp-block-accordion-heading__toggle-icon" '
        'aria-hidden="true">+</span></button></h3><div role="region"><p>Two days.</p></div></div>',
        "<div><h3>How long does it take?</h3><div><p>Two days.</p></div></div>",
    ),
    Body(
        "the sign of what opens goes from a heading without a button",
        '<h3 class="toggle"><span class="icon" aria-hidden="true">+</span> When do we sail?</h3>'
        "<p>At six.</p>",
        "<h3> When do we sail?</h3><p>At six.</p>",
    ),
    Body(
        "the two signs of a theme's accordion go",
        '<h4 class="accordion-title">Fares<span class="accordion-icon"><span class="plus">+</span><span '
        'class="minus">−</span></span></h4><div class="accordion-title">Times<i class="fa fa-plus">+</i>'
        "</div><p>Two.</p>",
        "<h4>Fares</h4><div>Times</div><p>Two.</p>",
    ),
    Body(
        "the arrow of a summary goes",
        '<details><summary>Who may sail?<i class="arrow">▼</i></summary><p>All.</p></details>',
        "<details><summary>Who may sail?</summary><p>All.</p></details>",
    ),
    Body(
        "signs that a heading says stay",
        '<h2>C++ and A+</h2><h3>Plus <span>+</span> minus</h3><p>3 <span class="icon">+</span> 4</p>',
        "<h2>C++ and A+</h2><h3>Plus + minus</h3><p>3 + 4</p>",
    ),
    Body(
        "the tabs of WordPress have their names before their panels",
        '<div class="wp-block-tabs"><div role="tablist"><button role="tab" id="t0" '
        'aria-controls="p0">Ingredients</button><button role="tab" id="t1" '
        'aria-controls="p1">Method</button></div><section role="tabpanel" aria-labelledby="t0" '
        'id="p0"><p>Two eggs and flour.</p></section><section role="tabpanel" '
        'aria-labelledby="t1" id="p1"><p>Stir and bake.</p></section></div>',
        "<div><p><strong>Ingredients</strong></p><section><p>Two eggs and "
        "flour.</p></section><p><strong>Method</strong></p><section><p>Stir and "
        "bake.</p></section></div>",
    ),
    Body(
        "the tracks of a playlist are a list of words",
        '<ol class="wp-block-playlist__tracklist"><li><button '
        'class="wp-block-playlist-track__button"><span '
        'class="wp-block-playlist-track__title">The quay</span><span '
        'class="wp-block-playlist-track__artist">Ann</span><span '
        'class="wp-block-playlist-track__length">3:20</span></button></li></ol>',
        "<ol><li>The quay Ann 3:20</li></ol>",
    ),
    Body(
        "a button that opens what stands behind it stays",
        '<button class="toggle" aria-expanded="false">The terms</button><div '
        'style="display:none"><p>None.</p></div>',
        "<p><strong>The terms</strong></p><div><p>None.</p></div>",
    ),
    Body(
        "a question in a button stays whatever its class",
        '<div><button type="button">Où est le port ?</button><p>Là.</p></div>',
        "<div><p><strong>Où est le port ?</strong></p><p>Là.</p></div>",
    ),
    Body(
        "tabs without panels are known stay as names",
        '<div class="tabs"><button class="tab-button active">Winter</button><button '
        'class="tab-button">Summer</button></div><p>Both are cold.</p>',
        "<div><p><strong>Winter</strong></p><p><strong>Summer</strong></p></div><p>Both are cold.</p>",
    ),
    Body(
        "buttons that list places are a list",
        '<ul class="places"><li><button>Rayong</button></li><li><button>Trat</button></li></ul>',
        "<ul><li>Rayong</li><li>Trat</li></ul>",
    ),
    Body(
        "buttons that act go",
        '<p>One.</p><button type="submit">Go</button><button class="copy">Copy the '
        'link</button><button class="share-toggle">Share</button><button class="close" '
        'aria-controls="x">Close</button><button class="load-more">Load more</button><button '
        'class="slick-next">Next</button>',
        "<p>One.</p>",
    ),
    Body(
        "a label is apart from the words beside it",
        "<p>Name<label>Anne</label><label>Bo</label>end</p>",
        "<p>Name Anne Bo end</p>",
    ),
)

# What a page never shows, or shows twice

HIDDEN = (
    Body(
        "what has the attribute hidden goes",
        "<p>Seen.<span hidden> A draft of ours.</span></p>",
        "<p>Seen.</p>",
    ),
    Body(
        "words for screen readers go from a link",
        '<p>See <a href="/x">the report<span class="sr-only"> (opens in a new window)</span></a>.</p>',
        '<p>See <a href="https://example.com/x">the report</a>.</p>',
    ),
    Body(
        "words for screen readers go under each name that they have",
        '<p>Read on.<span class="visually-hidden">Skip to the end</span><a href="/v"><span '
        'class="elementor-screen-only">Play Video</span></a></p>',
        "<p>Read on.</p>",
    ),
    Body(
        "a text for each kind of screen stands once",
        '<div class="elementor-element elementor-hidden-mobile"><p>The hall opens on Monday at '
        'nine.</p></div><div class="elementor-element elementor-hidden-desktop '
        'elementor-hidden-tablet"><p>The hall opens on Monday at nine.</p></div>',
        "<div><p>The hall opens on Monday at nine.</p></div>",
    ),
    Body(
        "what is not displayed goes with its pictures",
        '<p>One.</p><div style="display: none !important"><p>A draft.</p><img src="/pin.jpg" '
        'data-pin-description="Pin it"></div>',
        "<p>One.</p>",
    ),
    Body(
        "a hidden picture for pins goes",
        '<p>One.</p><div class="tasty-pins-hidden-image-container" style="display:none;"><img '
        'src="/pin.jpg" data-pin-media="/pin.jpg"></div>',
        "<p>One.</p>",
    ),
    Body(
        "what is put outside of the screen goes",
        '<p>One.<span style="position:absolute;left:-9999px"> Not this.</span><span '
        'style="position:absolute;clip:rect(1px,1px,1px,1px)"> Nor this.</span></p>',
        "<p>One.</p>",
    ),
    Body(
        "a text for each kind of screen in Bootstrap's words stands once",
        '<div class="d-none d-md-block"><p>The hall opens at nine.</p></div><div '
        'class="d-md-none"><p>The hall opens at nine.</p></div>',
        "<div><p>The hall opens at nine.</p></div>",
    ),
    Body(
        "Elementor's name of a tab stands once, before its panel",
        '<div role="tablist"><div class="elementor-tab-title elementor-tab-desktop-title" '
        'role="tab">Winter</div></div><div><div class="elementor-tab-title '
        'elementor-tab-mobile-title" role="tab">Winter</div><div class="elementor-tab-content" '
        'style="display:none">Cold.</div></div>',
        "<div><div>Winter</div><div>Cold.</div></div>",
    ),
    Body(
        "texts for different screens that differ stay",
        '<div class="hide-on-mobile"><p>Timetable of the ferries.</p></div><div '
        'class="hide-on-desktop"><p>Call the harbour master instead.</p></div>',
        "<div><p>Timetable of the ferries.</p></div><div><p>Call the harbour master instead.</p></div>",
    ),
    Body(
        "a hidden block that a click opens stays",
        '<h3>Who?</h3><div class="accordion-content" hidden><p>All.</p></div><p><a '
        'href="#more-1">More</a></p><div id="more-1" style="display:none"><p>The '
        'rest.</p></div><div hidden="until-found"><p>Found.</p></div>',
        '<h3>Who?</h3><div><p>All.</p></div><p><a href="https://example.com/news/post/#more-1">'
        "More</a></p><div><p>The rest.</p></div><div><p>Found.</p></div>",
    ),
    Body(
        "a price that only software hears of goes and the one that is seen stays",
        '<p>It is <span class="screen-reader-text">five dollars</span><span '
        'aria-hidden="true">$5</span>.</p>',
        "<p>It is $5.</p>",
    ),
    Body(
        "a slider that waits for its script stays",
        '<div class="slider" style="display:none"><img src="/quay.jpg" alt="Quay"></div>',
        '<div><img src="https://example.com/quay.jpg" alt="Quay"></div>',
    ),
)

# Shortcodes that nobody rendered

SHORTCODES = (
    Body(
        "a plug-in's shortcode goes from around its text",
        "<p>[su_note note_color=&#8221;#fff&#8221;]Keep this text.[/su_note]</p>",
        "<p>Keep this text.</p>",
    ),
    Body(
        "shortcodes with attributes go",
        "<p>Begin the map.</p><p>[osm_map lat=&#8221;1&#8243; "
        'lon=&#8221;2&#8243;]</p><p>[thb_gap height="20"]After the gap.</p>',
        "<p>Begin the map.</p><p>After the gap.</p>",
    ),
    Body(
        "what raw HTML's shortcode holds goes",
        "<p>[vc_row][vc_column][vc_raw_html]JTNDZGl2JTIwY2xhc3MlM0QlMjJ4JTIyJTNFSGVsbG8lM0MlMkZ"
        "kaXYlM0U=[/vc_raw_html][/vc_column][/vc_row]</p><p>Text of the row.</p>",
        "<p>Text of the row.</p>",
    ),
    Body(
        "a form's shortcode goes whatever its quotes",
        "<p>Write: [ninja_form id=3] [contact-form-7 id=&#8221;12&#8243; "
        'title=&#8217;Desk&#8217;][wpforms id="5"]</p>',
        "<p>Write:  </p>",
    ),
    Body(
        "a button's shortcode leaves its words",
        "<p>[button url=\"https://example.org/\" color='red']Register[/button] by "
        "[color=red]Monday[/color].</p>",
        "<p>Register by Monday.</p>",
    ),
    Body(
        "a caption's shortcode around a link has the caption of its attribute",
        '[caption id="a_1" width="300" caption="The quay"]<a href="/quay/"><img '
        'src="/quay.jpg" alt="Quay"></a>[/caption]',
        '<figure><a href="https://example.com/quay/"><img src="https://example.com/quay.jpg" '
        'alt="Quay"></a><figcaption>The quay</figcaption></figure>',
    ),
    Body(
        "an unknown shortcode that holds code of its own goes with it",
        "<p>One.[code_box]PGRpdiBjbGFzcz0ieCI+SGVsbG8gdGhlcmU8L2Rpdj4=[/code_box]</p>",
        "<p>One.</p>",
    ),
    Body(
        "shortcodes of recordings leave the recording",
        "<p>[video width=&#8221;640&#8243; mp4=&#8221;https://media.example/tide.mp4&#8243; "
        'poster=&#8221;/tide.jpg&#8221;][/video]</p><p>[audio mp3="/uploads/bell.mp3"][/audio]</p><p>'
        "[audio src='https://media.example/stream']</p>[powerpress url=\"https://media.example/one.mp3\"]",
        '<p><video src="https://media.example/tide.mp4" controls></video></p><p><audio '
        'src="https://example.com/uploads/bell.mp3" controls></audio></p><p><audio '
        'src="https://media.example/stream" controls></audio></p><audio '
        'src="https://media.example/one.mp3" controls></audio>',
    ),
    Body(
        # why: which recordings these are only the site knows; they can be heard on the post's page.
        "shortcodes that name recordings by numbers leave a link to the post",
        '<p>[playlist ids="1,2"]</p><p>[video id="7" title="The tide"]</p>',
        '<p><a href="https://example.com/news/post/">https://example.com/news/post/</a></p><p><a '
        'href="https://example.com/news/post/">The tide</a></p>',
    ),
    Body(
        "shortcodes of films leave the player",
        "<p>[embed]https://vimeo.com/12345678[/embed]</p><p>[vimeo id=&#8221;12345678&#8243;]</p><p>"
        "[youtube=https://www.youtube.com/watch?v=aqz-KE-bpKQ&#038;w=640]</p><p>[vc_row "
        'video_bg_url="https://youtu.be/aqz-KE-bpKQ"]Text.[/vc_row]</p>',
        '<p><a href="https://vimeo.com/12345678">https://vimeo.com/12345678</a><br><iframe '
        'src="https://player.vimeo.com/video/12345678"></iframe></p><p><a '
        'href="https://vimeo.com/12345678">https://vimeo.com/12345678</a><br><iframe '
        'src="https://player.vimeo.com/video/12345678"></iframe></p><p><a '
        'href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"><img '
        'alt="https://www.youtube.com/watch?v=aqz-KE-bpKQ" '
        'src="https://i.ytimg.com/vi/aqz-KE-bpKQ/hqdefault.jpg"></a><br><iframe '
        'src="https://www.youtube.com/embed/aqz-KE-bpKQ"></iframe></p><p>Text.</p>',
    ),
    Body(
        "shortcodes of pictures, files, posts and pages leave a picture or a link",
        '<p>[et_pb_image src="/quay.jpg" alt="The quay"][/et_pb_image][et_pb_section '
        'background_image="/sea.jpg"]Text.[/et_pb_section]</p><p>[pdf-embedder url="/plan.pdf"] '
        "[tweet https://twitter.com/example/status/1] [iframe src='https://forms.example/x' "
        "title='Our form']</p>",
        '<p><img src="https://example.com/quay.jpg" alt="The quay">Text.</p><p><a '
        'href="https://example.com/plan.pdf">plan.pdf</a> <a '
        'href="https://twitter.com/example/status/1">https://twitter.com/example/status/1</a> <a '
        'href="https://forms.example/x">Our form</a></p>',
    ),
    Body(
        "shortcodes with a line to themselves go, and words in brackets stay",
        "<p>[toc]</p><p>[contact_form]</p><p>[Video] Rescue at sea [video] [Gallery] [via "
        "https://example.org/]</p><p>[video: https://example.org/film]</p>",
        "<p>[Video] Rescue at sea [video] [Gallery] [via https://example.org/]</p><p>[video: "
        "https://example.org/film]</p>",
    ),
    Body(
        "shortcodes of films that someone writes about stay",
        '<pre>[video src="/tide.mp4"]</pre><p>Write <code>[youtube aqz-KE-bpKQ]</code>.</p>',
        '<pre>[video src="/tide.mp4"]</pre><p>Write <code>[youtube aqz-KE-bpKQ]</code>.</p>',
    ),
    Body(
        "what an author puts in brackets stays",
        "<p>[1] [sic] [citation needed] a[i] x[my_key] [Update: it is on] [see n=12] [p &lt; "
        ".05, n = 12] [email protected] [2026-01-01]</p>",
        "<p>[1] [sic] [citation needed] a[i] x[my_key] [Update: it is on] [see n=12] [p &lt; "
        ".05, n = 12] [email protected] [2026-01-01]</p>",
    ),
    Body(
        "shortcodes within code stay",
        '<p>Use <code>[gallery ids="1"]</code>:</p><pre>[su_note]x[/su_note]</pre>',
        '<p>Use <code>[gallery ids="1"]</code>:</p><pre>[su_note]x[/su_note]</pre>',
    ),
)

# Formulas, each once

FORMULAS = (
    Body(
        "a formula in a line is text in order",
        "<p>The dose is <math><mn>5</mn><mo>&#xD7;</mo><msup><mn>10</mn><mn>6</mn></msup></math"
        "> cells per mL.</p>",
        "<p>The dose is <code>5×10^6</code> cells per mL.</p>",
    ),
    Body(
        "a formula in a block is its TeX",
        '<p>So:</p><div class="wp-block-math"><math '
        'display="block"><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</'
        'mn></msup></mrow><annotation encoding="application/x-tex">E=mc^2</annotation></semanti'
        "cs></math></div><p>That is all.</p>",
        "<p>So:</p><div><code>E=mc^2</code></div><p>That is all.</p>",
    ),
    Body(
        "MathJax's formula stands once",
        '<p>The value <mjx-container class="MathJax" jax="CHTML"><mjx-math '
        'aria-hidden="true"><mjx-mi><mjx-c class="mjx-c1D465"></mjx-c></mjx-mi></mjx-math><mjx-'
        'assistive-mml display="inline"><math><mi>x</mi><mo>=</mo><mn>7</mn></math></mjx-assist'
        "ive-mml></mjx-container> holds.</p>",
        "<p>The value <code>x=7</code> holds.</p>",
    ),
    Body(
        "a formula of the editor is its TeX",
        '<p>Inline: the area is <math data-latex="\\pi '
        'r^2"><semantics><mrow><mi>π</mi><msup><mi>r</mi><mn>2</mn></msup></mrow><annotation '
        'encoding="application/x-tex">\\pi r^2</annotation></semantics></math> square metres.</p>',
        "<p>Inline: the area is <code>\\pi r^2</code> square metres.</p>",
    ),
    Body(
        "KaTeX's formula stands once",
        '<p>So <span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>a</mi>'
        '</mrow><annotation encoding="application/x-tex">a^2</annotation></semantics></math></s'
        'pan><span class="katex-html" aria-hidden="true"><span '
        'class="base"><span>a</span><span>2</span></span></span></span> holds.</p>',
        "<p>So <code>a^2</code> holds.</p>",
    ),
    Body(
        "a formula in a script is its TeX",
        '<p>So <span class="MathJax_Preview">x</span><script type="math/tex">x = 7 < 8</script> holds.</p>',
        "<p>So <code>x = 7 &lt; 8</code> holds.</p>",
    ),
    Body(
        "a formula without TeX is what it is called",
        '<p>So <math alttext="\\frac{1}{2}"><mfrac><mn>1</mn><mn>2</mn></mfrac></math>.</p>',
        "<p>So <code>\\frac{1}{2}</code>.</p>",
    ),
    Body(
        "fractions, roots and indices are told in a line",
        "<p><math><msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup><mo>&lt;</mo><mfrac><mrow><m"
        "i>a</mi><mo>+</mo><mi>b</mi></mrow><msqrt><mn>2</mn></msqrt></mfrac></math></p>",
        "<p><code>x_1^2&lt;(a+b)/(√2)</code></p>",
    ),
    Body(
        "a formula that is hidden behind its picture stands once",
        '<p>So <span style="display: none;"><math alttext="E=mc^2"><mi>E</mi></math></span><img'
        ' src="/e.svg" alt="E=mc^2">.</p>',
        '<p>So <img src="https://example.com/e.svg" alt="E=mc^2">.</p>',
    ),
    Body(
        "scripts and styles within a formula or a drawing go with it",
        "<p>One.<svg><style>.a{fill:red}</style><script>go()</script></svg><math><mtext><style>"
        ".b{}</style></mtext><mn>7</mn></math></p>",
        "<p>One.<code>7</code></p>",
    ),
)

# Links, words and times that a theme sets apart

APART = (
    Body(
        "the two links of a file are apart",
        '<div class="wp-block-file"><a href="https://example.com/a.pdf">Annual report</a><a '
        'href="https://example.com/a.pdf" class="wp-block-file__button wp-element-button" '
        "download>Download</a></div><p>After the file.</p>",
        '<div><a href="https://example.com/a.pdf">Annual report</a> <a '
        'href="https://example.com/a.pdf">Download</a></div><p>After the file.</p>',
    ),
    Body(
        "a link and a time are apart",
        '<ul class="wp-block-latest-posts__list"><li><a '
        'class="wp-block-latest-posts__post-title" href="https://example.com/x/">Hello '
        'harbour</a><time datetime="2026-05-01" class="wp-block-latest-posts__post-date">May '
        "1, 2026</time></li></ul><p>After the list.</p>",
        '<ul><li><a href="https://example.com/x/">Hello harbour</a> <time '
        'datetime="2026-05-01">May 1, 2026</time></li></ul><p>After the list.</p>',
    ),
    Body(
        "two links that lead elsewhere are apart",
        '<p><a href="/a/">One</a><a href="/b/">Two</a></p>',
        '<p><a href="https://example.com/a/">One</a> <a href="https://example.com/b/">Two</a></p>',
    ),
    Body(
        "a time before a link is apart",
        '<p><time datetime="2026-05-01">May 1</time><a href="/a/">Hello</a></p>',
        '<p><time datetime="2026-05-01">May 1</time> <a href="https://example.com/a/">Hello</a></p>',
    ),
    Body(
        "parts that a theme names are apart",
        '<div><span class="byline-author">Ann Lee</span><span class="post-date">May 2</span></div>',
        "<div>Ann Lee May 2</div>",
    ),
    Body(
        "a span that is a block by its style is apart",
        '<p>First line<span style="display:block">second line</span></p>',
        "<p>First line second line</p>",
    ),
    Body(
        "two notes are apart",
        '<p>It is old.<sup><a href="#a">1</a></sup><sup><a href="#b">2</a></sup></p>',
        '<p>It is old.<sup><a href="https://example.com/news/post/#a">1</a></sup> <sup><a '
        'href="https://example.com/news/post/#b">2</a></sup></p>',
    ),
    Body(
        "pieces of one word stay together",
        '<p><a href="/x/">Ann</a><a href="/x/">ual</a> <span '
        'class="dropcap">O</span><span>nce</span> <strong>har</strong><em>bour</em></p>',
        '<p><a href="https://example.com/x/">Ann</a><a href="https://example.com/x/">ual</a> '
        "Once <strong>har</strong><em>bour</em></p>",
    ),
    Body(
        "links in a script without spaces stay together",
        '<p><a href="/a/">北京</a><a href="/b/">上海</a></p>',
        '<p><a href="https://example.com/a/">北京</a><a href="https://example.com/b/">上海</a></p>',
    ),
)

# What style says

STYLES = (
    Body(
        "a mark that only colours its words is none",
        '<p>We are <mark style="background-color:rgba(0, 0, 0, 0)" class="has-inline-color '
        'has-vivid-red-color">closed on Monday</mark>.</p>',
        "<p>We are closed on Monday.</p>",
    ),
    Body(
        "elements of old are called by their names of today",
        '<p>Type <tt>make run</tt>, says the <acronym title="World Health Organization">WHO</acronym>.</p>',
        '<p>Type <code>make run</code>, says the <abbr title="World Health Organization">WHO</abbr>.</p>',
    ),
    Body(
        "a mark with a clear background is none however that is written",
        '<p><mark style="background:transparent">a</mark> <mark '
        'style="background-color:#ffff0000">b</mark> <mark style="background-color:rgb(0 0 0 / '
        '0%)">c</mark> <mark style="background-color:rgba(255,0,0,.5)">d</mark> <mark '
        'style="background-color:rgb(255, 255, 0)">e</mark></p>',
        "<p>a b c <mark>d</mark> <mark>e</mark></p>",
    ),
    Body(
        "a mark that only colours goes from a heading and a cell",
        '<h3>Tides <mark style="background-color:rgba(0,0,0,0);color:#c00" class="has-inline-color">today'
        '</mark></h3><table><tbody><tr><td><mark class="has-red-color" style="background:none;color:red">6'
        "</mark></td></tr></tbody></table>",
        "<h3>Tides today</h3><table><tbody><tr><td>6</td></tr></tbody></table>",
    ),
    Body(
        "a mark with a background, or with a colour alone, is one",
        '<p><mark style="background-color:#ff0;color:#000">a</mark> <mark>b</mark> <mark style="color:red">'
        'c</mark> <mark style="background-color:rgba(255,255,0,.5)">d</mark></p>',
        "<p><mark>a</mark> <mark>b</mark> <mark>c</mark> <mark>d</mark></p>",
    ),
    Body(
        "typewriter text is code, also where code stands",
        "<p>Run <tt>ls <b>-l</b></tt>.</p><pre><tt>x = 1</tt></pre>",
        "<p>Run <code>ls <b>-l</b></code>.</p><pre><code>x = 1</code></pre>",
    ),
    Body(
        "an acronym keeps its language, and old looks go",
        '<p><acronym lang="fr" title="Un">U</acronym> <big>Big</big> <font color="red" size="5">red</font> '
        "<nobr>one line</nobr> <strike>old</strike></p>",
        '<p><abbr lang="fr" title="Un">U</abbr> Big red one line <s>old</s></p>',
    ),
    Body(
        "lists of old are lists",
        "<dir><li>One</li></dir><menu><li>Two</li></menu><center>Mid</center>",
        "<ul><li>One</li></ul><ul><li>Two</li></ul><div>Mid</div>",
    ),
    Body(
        "bold, italic and underlined words are so",
        '<p><span style="font-weight:700">a</span> <span style="font-style:italic">b</span> '
        '<span style="text-decoration:underline">c</span> <span '
        'style="font-weight:400">d</span></p>',
        "<p><strong>a</strong> <em>b</em> <u>c</u> d</p>",
    ),
    Body(
        "what Google Docs puts around a text is not bold",
        '<b style="font-weight:normal;"><p>One.</p></b>',
        "<p>One.</p>",
    ),
    Body(
        "a list is numbered as its style says",
        '<ol style="list-style-type:upper-roman"><li>One</li></ol><ul style="list-style-type: '
        'decimal"><li>Two</li></ul><ol style="list-style: square inside"><li>Three</li></ol>',
        '<ol type="I"><li>One</li></ol><ol><li>Two</li></ol><ul><li>Three</li></ul>',
    ),
    Body(
        "a paragraph runs from right to left as its style says",
        '<p style="direction: rtl">نص</p>',
        '<p dir="rtl">نص</p>',
    ),
    Body(
        "cells are aligned as their style says",
        '<table><tbody><tr style="text-align:center"><td>a</td><td '
        'style="text-align:right">b</td></tr></tbody></table>',
        '<table><tbody><tr><td align="center">a</td><td align="right">b</td></tr></tbody></table>',
    ),
)

# Code, notes, and addresses that a person would read rightly

READ_RIGHTLY = (
    Body(
        "GeSHi's code stands once without the numbers of its lines",
        '<div class="wp_syntax"><table><tr><td class="line_numbers"><pre>1\n2\n</pre></td><td '
        'class="code"><pre class="python">def f():\n    return 1</pre></td></tr></table><p '
        'class="theCode" style="display:none;">def f():\n    return 1</p></div>',
        "<div><pre>def f():\n    return 1</pre></div>",
    ),
    Body(
        "Crayon's code keeps its lines and indents",
        '<div class="crayon-syntax"><div class="crayon-plain-wrap"><textarea '
        'class="crayon-plain" readonly>def g(x):\n    return x</textarea></div><div '
        'class="crayon-main"><table class="crayon-table"><tr class="crayon-row"><td '
        'class="crayon-nums"><div class="crayon-nums-content"><div '
        'class="crayon-num">1</div><div class="crayon-num">2</div></div></td><td '
        'class="crayon-code"><div class="crayon-pre"><div class="crayon-line"><span '
        'class="crayon-r">def</span><span class="crayon-h"> </span><span '
        'class="crayon-e">g</span>(x):</div><div class="crayon-line"><span class="crayon-h">   '
        ' </span><span class="crayon-st">return</span> x</div></div></td></tr></table></div></div>',
        "<div><div><pre>def g(x):\n    return x</pre></div></div>",
    ),
    Body(
        "highlight.js' code has no numbers",
        '<table class="hljs-ln"><tbody><tr><td class="hljs-ln-numbers" '
        'data-line-number="1"><div class="hljs-ln-n" data-line-number="1"></div></td><td '
        'class="hljs-ln-code">def a():</td></tr><tr><td class="hljs-ln-numbers" '
        'data-line-number="2"><div class="hljs-ln-n"></div></td><td class="hljs-ln-code">    '
        "return 1</td></tr></tbody></table>",
        "<pre>def a():\n    return 1</pre>",
    ),
    Body(
        "SyntaxHighlighter's code has no numbers",
        '<div class="syntaxhighlighter"><table><tbody><tr><td class="gutter"><div '
        'class="line">1</div><div class="line">2</div></td><td class="code"><div '
        'class="container"><div class="line"><code>if (a) {</code></div><div '
        'class="line"><code>&nbsp;&nbsp;</code><code>b();</code></div></div></td></tr></tbody><'
        "/table></div>",
        "<div><pre>if (a) {\n  b();</pre></div>",
    ),
    Body(
        "numbers within the lines of code go",
        '<pre><code><span class="lineno">1 </span>x = 1\n<span class="lineno">2 </span>    y = '
        "2</code></pre>",
        "<pre><code>x = 1\n    y = 2</code></pre>",
    ),
    Body(
        "a list of lines within code is lines",
        '<pre class="prettyprint"><ol class="linenums"><li class="L0"><span>a = '
        '1</span></li><li class="L1">  b = 2</li></ol></pre>',
        "<pre>a = 1\n  b = 2</pre>",
    ),
    Body(
        "a table with numbers in a column is a table",
        "<table><tbody><tr><td>1</td><td>Ann</td></tr><tr><td>2</td><td>Bo</td></tr></tbody></table>",
        "<table><tbody><tr><td>1</td><td>Ann</td></tr><tr><td>2</td><td>Bo</td></tr></tbody></table>",
    ),
    Body(
        "a note in a tooltip stands once where it stands below",
        '<p>It is cheap.<span class="footnote_referrer"><a role="button"><sup '
        'class="footnote_plugin_tooltip_text">[2]</sup></a><span class="footnote_tooltip">See '
        "page 13.</span></span> It is light.</p><table "
        'class="footnotes_table"><tr><th>2</th><td>See page 13.</td></tr></table>',
        "<p>It is cheap.<a><sup>[2]</sup></a> It is "
        "light.</p><table><tbody><tr><th>2</th><td>See page 13.</td></tr></tbody></table>",
    ),
    Body(
        "a note in a tooltip is set apart",
        '<p>The <span class="tooltip">PR<span class="tooltiptext">Press release of the '
        "harbour</span></span> is old.</p>",
        "<p>The PR (Press release of the harbour) is old.</p>",
    ),
    Body(
        "a note in a tooltip is set apart whatever the plug-in",
        '<p>The pier<sup class="modern-footnotes-footnote" data-mfn="2"><a href="javascript:void(0)">2</a>'
        '</sup><span class="modern-footnotes-footnote__note" data-mfn="2">Built of oak.</span> is old.</p>',
        "<p>The pier<sup><a>2</a></sup> (Built of oak.) is old.</p>",
    ),
    Body(
        "a word with a tooltip that only a script shows, and an abbreviation, stay as they are",
        '<p>The <span class="tooltip" data-tooltip="A wall in the sea">mole</span> and <abbr title="By the '
        'way">btw</abbr>.</p>',
        '<p>The mole and <abbr title="By the way">btw</abbr>.</p>',
    ),
    Body(
        "an e-mail address that Cloudflare hides is written",
        '<p>Contact: <a href="/cdn-cgi/l/email-protection" class="__cf_email__" '
        'data-cfemail="741011071f341a1103075a110c1519041811">[email&#160;protected]</a></p>',
        '<p>Contact: <a href="mailto:desk@news.example">desk@news.example</a></p>',
    ),
    Body(
        "a hidden address behind words is where they lead",
        '<p>Write to <a href="/cdn-cgi/l/email-protection#741011071f341a1103075a110c1519041811"'
        '>us</a> or <span class="__cf_email__" data-cfemail="741011071f341a1103075a110c15190418'
        '11">[email&#160;protected]</span>.</p>',
        '<p>Write to <a href="mailto:desk@news.example">us</a> or desk@news.example.</p>',
    ),
    Body(
        "a hidden address that is none leads nowhere",
        '<p><a href="/cdn-cgi/l/email-protection#zz">Write</a></p>',
        "<p><a>Write</a></p>",
    ),
    Body(
        "an address that begins with www is one of the web",
        '<p>See <a href="www.partner.example">our partner</a>.</p>',
        '<p>See <a href="https://www.partner.example">our partner</a>.</p>',
    ),
    Body(
        "an address to write to is one",
        '<p><a href="desk@news.example">Write</a> <a href="WWW.partner.example/a?b=1">go</a> '
        '<a href="www">page</a> <a href="a@b">page</a></p>',
        '<p><a href="mailto:desk@news.example">Write</a> <a '
        'href="https://WWW.partner.example/a?b=1">go</a> <a '
        'href="https://example.com/news/post/www">page</a> <a '
        'href="https://example.com/news/post/a@b">page</a></p>',
    ),
    Body(
        "hosts beyond ASCII are written as they are looked up",
        '<p><a href="https://ข่าว.example/a">a</a> <a href="//bücher.example/">b</a> <a '
        'href="https://faß.example/">c</a></p>',
        '<p><a href="https://xn--22c8e6a1f.example/a">a</a> <a '
        'href="https://xn--bcher-kva.example/">b</a> <a '
        'href="https://xn--fa-hia.example/">c</a></p>',
    ),
    Body(
        "a picture that can't be shown leaves its text",
        '<p>Sales<img src="data:image/png;base64,AAAA" alt="Chart of sales">rose.</p>',
        "<p>Sales Chart of sales rose.</p>",
    ),
    Body(
        "a picture that is shown elsewhere leaves no text",
        '<p><img src="data:image/gif;base64,AAAA" alt="Quay"><noscript><img src="/quay.jpg" '
        'alt="Quay"></noscript></p>',
        '<p><img src="https://example.com/quay.jpg" alt="Quay"></p>',
    ),
    Body(
        "a drawing leaves what it is called",
        '<p>See:<svg role="img" aria-label="Chart of sales"><title>x</title><path d=""/></svg></p>',
        "<p>See: Chart of sales</p>",
    ),
    Body(
        "an icon leaves nothing",
        '<p>See<svg aria-hidden="true"><title>Icon</title></svg> it.</p>',
        "<p>See it.</p>",
    ),
    Body(
        "characters of windows-1252 are read as such",
        "<p>It\u0092s \u0093new\u0094 \u0096 5 \u0080.</p>",
        "<p>It’s “new” – 5 €.</p>",
    ),
)

BODIES = (
    *TEXT_BLOCKS,
    *TABLES,
    *MEDIA_BLOCKS,
    *LAYOUT_BLOCKS,
    *EMBEDS,
    *CLASSIC,
    *LAZY,
    *AROUND,
    *PIXELS,
    *EMOJI,
    *WIRES,
    *SOUND,
    *LANGUAGES,
    *BUILDERS,
    *LINKS,
    *REQUESTS,
    *LAZY_ADDRESSES,
    *EMBED_ADDRESSES,
    *SCRIPT_EMBEDS,
    *PLAYERS,
    *OBJECTS,
    *BACKGROUNDS,
    *COUNTERS,
    *BUTTONS,
    *HIDDEN,
    *SHORTCODES,
    *FORMULAS,
    *APART,
    *STYLES,
    *READ_RIGHTLY,
)
