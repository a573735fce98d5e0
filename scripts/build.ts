// npm run build: the console is the only thing that is built, and the bootstrap has just done that.
console.log('apps/web/dist is up to date; everything else runs from its source.')
