/** The mark: an arch with a double door, one leaf shut and one open. Drawn in the colour of the text around it. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 24 24" fill="currentColor" className={className}>
      <path fillRule="evenodd" d="M2.5 22V11.5a9.5 9.5 0 0 1 19 0V22h-3V11.5a6.5 6.5 0 0 0-13 0V22z" />
      <path d="M7 22V11.5a5 5 0 0 1 4.25-4.94V22z" />
      <path d="M12.75 6.56 15.5 9v10l-2.75 3z" opacity="0.45" />
    </svg>
  );
}
