#include <wmclients/base/endpoint.hpp>

#include <cstdio>

int main(int argc, char** argv)
{
    const auto endpoint = wmclients::parse_endpoint(argc > 1 ? argv[1] : "");
    if (!endpoint) {
        std::fputs("not an endpoint\n", stderr);
        return 1;
    }
    std::puts(wmclients::to_string(*endpoint).c_str());
    return 0;
}
