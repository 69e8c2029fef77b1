# What docs/picture.svg shows: real output, on the folder that `npx vigil demo --once` leaves behind.
export VIGIL_DATA_DIR=.vigil-demo
say() { printf '\033[36m$\033[39m \033[1m%s\033[22m\n' "$*"; }
say npx vigil events list --model sale.order --record 42
npx vigil events list --model sale.order --record 42 2>/dev/null
echo
say npx vigil events list --model res.partner --kind record.updated --limit 2
npx vigil events list --model res.partner --kind record.updated --limit 2 2>/dev/null
echo
say npx vigil events list --kind operation.denied --limit 1
npx vigil events list --kind operation.denied --limit 1 2>/dev/null
echo
say npx vigil verify
npx vigil verify
