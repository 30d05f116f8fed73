/** The look that text inputs, text areas and selects share. Sixteen-pixel text on touch screens: smaller makes phones zoom in. */
export const controlClass =
  "w-full rounded-md border border-control bg-surface text-ink text-sm shadow-control transition-colors duration-100 hover:border-muted focus-visible:border-ring focus-visible:outline-offset-0 disabled:cursor-not-allowed disabled:border-line-strong disabled:bg-sunken disabled:text-muted aria-invalid:border-negative pointer-coarse:text-lg";
