// Runs before the first paint, so that a chosen theme does not flash. Not inline: the content security policy forbids it.
try {
  const theme = localStorage.getItem('signalbox.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be blocked; the system theme is used then.
}
