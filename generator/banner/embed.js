(() => {
  const { src, dataset: { lang, service } } = document.currentScript
  const make = (tag, of) => Object.assign(document.createElement(tag), of)
  const host = make('div'), box = make('div', { role: 'status' }), sheet = new CSSStyleSheet()
  const file = (lang ? lang + '/' : '') + (service ? `services/${service}/` : '') + 'embed.json'
  let asked = 0, shown

  sheet.replaceSync(`:host{all:initial!important;display:block!important;color-scheme:light dark!important}
p{margin:0;padding:10px 16px;font:15px/1.6 system-ui,sans-serif;color:#211e1a;background:#fbeae8;border-bottom:3px solid #b3261e;overflow-wrap:anywhere}
a{color:inherit}button{font:inherit}
@media(prefers-color-scheme:dark){p{color:#ece8df;background:#33201d;border-color:#ff8b80}}`)
  const root = host.attachShadow({ mode: 'open' })
  root.adoptedStyleSheets = [sheet]
  root.append(box)

  const dismissed = update => {
    try {
      if (update) sessionStorage.balie = update
      return sessionStorage.balie
    } catch {}
  }

  const show = d => {
    box.textContent = ''
    if (!d.title || dismissed() == d.update) return
    const p = make('p', { lang: d.lang, dir: 'auto' })
    const link = make('a', { textContent: d.title, lang: d.title_lang, href: d.url, target: '_blank' })
    const close = make('button', { textContent: d.close, onclick: () => { dismissed(d.update); p.remove() } })
    p.append(make('b', { textContent: d.state }), ' · ', link, ` ${[d.stage, d.next, d.workaround, d.more].join(' ')} `, close)
    box.append(p)
  }

  const ask = async () => {
    if (document.hidden || Date.now() - asked < 6e4) return
    asked = Date.now()
    try {
      const got = await fetch(new URL(file, src), { cache: 'no-cache', referrerPolicy: 'no-referrer' })
      if (got.ok) {
        if (!host.isConnected) document.body.prepend(host)
        const text = await got.text()
        if (text != shown) show(JSON.parse(shown = text))
      }
    } catch {}
  }
  ask()
  setInterval(ask, 61e3)
  addEventListener('visibilitychange', ask)
})()
