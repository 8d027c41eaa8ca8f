# The header-only libraries of the system that builds, for a cross compiler that has none of its own: what
# find_package would find otherwise. The compiler sees a folder with links to these libraries alone, because
# /usr/include has the headers of the wrong C library as well.
set(borrowed ${PROJECT_BINARY_DIR}/borrowed-headers)
file(MAKE_DIRECTORY ${borrowed})
foreach(name CLI asio asio.hpp fmt nlohmann tl)
  if(NOT EXISTS /usr/include/${name})
    message(FATAL_ERROR "/usr/include/${name} is missing: install libcli11-dev, libasio-dev, libfmt-dev, "
                        "nlohmann-json3-dev and libexpected-dev")
  endif()
  file(CREATE_LINK /usr/include/${name} ${borrowed}/${name} SYMBOLIC)
endforeach()

foreach(target CLI11::CLI11 fmt::fmt tl::expected nlohmann_json::nlohmann_json)
  add_library(${target} INTERFACE IMPORTED)
  target_include_directories(${target} INTERFACE ${borrowed})
endforeach()
target_compile_definitions(fmt::fmt INTERFACE FMT_HEADER_ONLY)
set(ASIO_INCLUDE_DIR ${borrowed})
