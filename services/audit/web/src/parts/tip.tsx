import { useEffect, useRef } from 'preact/hooks'

const ID = 'tip'
const GAP_PX = 6

/**
 * The one place where `data-tip` texts appear: beside what is pointed at or has the focus, so the keyboard reaches what the mouse does (WCAG 1.4.13).
 * Escape hides it. A link shows the tip of what stands in it. It is a popover, so nothing that scrolls cuts it off.
 */
export const Tip = () => {
  const tip = useRef<HTMLDivElement>(null)
  useEffect(() => {
    let shown: Element | null = null
    const hide = () => {
      shown?.removeAttribute('aria-describedby')
      shown = null
      if (tip.current?.matches(':popover-open')) tip.current.hidePopover()
    }
    const show = (target: EventTarget | null) => {
      if (!(target instanceof Element) || tip.current === null) return
      const holder = target.closest('[data-tip]') ?? (target.matches('a:focus-visible') ? target.querySelector('[data-tip]') : null)
      const text = holder?.getAttribute('data-tip')
      if (!holder || !text) return hide()
      if (holder === shown) return
      hide()
      shown = target.matches(':focus-visible') ? target : holder
      tip.current.textContent = text
      tip.current.showPopover()
      shown.setAttribute('aria-describedby', ID)
      place(tip.current, holder)
    }
    // Moving the focus may scroll: the tip of what has the focus goes along.
    const scrolled = () => {
      if (shown === null || tip.current === null) return
      if (shown === document.activeElement) place(tip.current, shown)
      else hide()
    }
    const over = (event: Event) => show(event.target)
    const focused = (event: FocusEvent) => {
      if (event.target instanceof Element && event.target.matches(':focus-visible')) show(event.target)
    }
    const key = (event: KeyboardEvent) => {
      if (event.key === 'Escape') hide()
    }
    addEventListener('pointerover', over)
    addEventListener('focusin', focused)
    addEventListener('focusout', hide)
    addEventListener('keydown', key)
    addEventListener('scroll', scrolled, true)
    addEventListener('hashchange', hide)
    return () => {
      removeEventListener('pointerover', over)
      removeEventListener('focusin', focused)
      removeEventListener('focusout', hide)
      removeEventListener('keydown', key)
      removeEventListener('scroll', scrolled, true)
      removeEventListener('hashchange', hide)
    }
  }, [])
  return <div ref={tip} id={ID} class="tip" role="tooltip" popover="manual" />
}

const place = (tip: HTMLElement, beside: Element): void => {
  const at = beside.getBoundingClientRect()
  const { width, height } = tip.getBoundingClientRect()
  const left = Math.max(GAP_PX, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - GAP_PX))
  const below = at.bottom + GAP_PX
  const top = below + height < innerHeight ? below : at.top - height - GAP_PX
  tip.style.left = `${left}px`
  tip.style.top = `${top}px`
}
