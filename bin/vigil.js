#!/usr/bin/env node
import "../service/cli/main.ts";
