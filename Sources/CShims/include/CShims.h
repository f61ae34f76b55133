#pragma once

// The only C of this project: typed functions for C interfaces that Swift cannot import (variadics and macros).

#include "CurlShims.h"
