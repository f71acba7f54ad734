#include "CDescentRuntime.h"
