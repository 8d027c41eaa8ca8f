#pragma once

#include <string_view>

namespace wmclients::check {

/// What keeps `text` from being an XML document, by its markup: every tag and section ends, elements nest and
/// end by their names, and there is one root (XML 1.0, section 2.1). Empty if nothing does. Character
/// references, attributes and document type declarations are not looked into.
std::string_view xml_problem(std::string_view text);

} // namespace wmclients::check
