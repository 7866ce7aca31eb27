/**
 * The report's script: theme toggle, pictures beside the confusion matrix, tooltips.
 * Everything can be read without it. Plain browser JavaScript, fixed text: the page's policy admits only its hash.
 */
export const pageScript = `(() => {
  const root = document.documentElement
  root.classList.add('js')
  const key = 'inkling-theme'
  try { const theme = localStorage.getItem(key); if (theme === 'dark' || theme === 'light') root.dataset.theme = theme } catch {}

  const start = () => {
    document.getElementById('theme').addEventListener('click', () => {
      const theme = root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
      root.dataset.theme = theme === 'dark' ? 'light' : 'dark'
      try { localStorage.setItem(key, root.dataset.theme) } catch {}
    })

    const panel = document.querySelector('.cells')
    const open = id => {
      const cell = id && document.getElementById(id)
      if (!cell || !cell.classList.contains('cell')) return false
      for (const other of panel.querySelectorAll('.cell.open')) other.classList.remove('open')
      cell.classList.add('open')
      return true
    }
    if (panel) {
      open(location.hash.slice(1)) || open(panel.querySelector('.cell.first')?.id)
      document.addEventListener('click', event => {
        const link = event.target.closest?.('a[href^="#cell-"]')
        if (!link || !open(link.getAttribute('href').slice(1))) return
        event.preventDefault()
        panel.scrollIntoView({ block: 'nearest' })
      })
    }

    const tip = document.createElement('div')
    tip.className = 'tip'
    tip.setAttribute('aria-hidden', 'true')
    document.body.append(tip)
    for (const title of document.querySelectorAll('svg title')) {
      title.parentNode.setAttribute('data-tip', title.textContent)
      title.remove()
    }
    const show = (element, x, y) => {
      tip.textContent = element.getAttribute('data-tip')
      tip.classList.add('on')
      const { width, height } = tip.getBoundingClientRect()
      tip.style.left = Math.max(6, Math.min(innerWidth - width - 6, x - width / 2)) + 'px'
      tip.style.top = (y - height - 14 < 4 ? y + 18 : y - height - 14) + 'px'
    }
    const hide = () => tip.classList.remove('on')
    let mouse
    // What the mouse is over, or else what the keyboard is on: also after the page has moved below them.
    const refresh = () => {
      const held = document.activeElement
      const element = mouse
        ? document.elementFromPoint(mouse[0], mouse[1])?.closest('[data-tip]')
        : held?.matches('svg a:focus-visible') && held.querySelector('[data-tip]')
      if (!element) return hide()
      if (mouse) return show(element, mouse[0], mouse[1])
      const box = element.getBoundingClientRect()
      show(element, box.left + box.width / 2, box.top)
    }
    document.addEventListener('pointermove', event => {
      mouse = event.pointerType === 'mouse' ? [event.clientX, event.clientY] : undefined
      refresh()
    })
    document.documentElement.addEventListener('pointerleave', () => {
      mouse = undefined
      hide()
    })
    document.addEventListener('keydown', () => {
      mouse = undefined
    })
    document.addEventListener('focusin', refresh)
    document.addEventListener('focusout', hide)
    addEventListener('scroll', refresh, { passive: true, capture: true })
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start)
  else start()
})()`
