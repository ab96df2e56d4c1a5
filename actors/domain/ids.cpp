#include "actors/domain/time.hpp"
