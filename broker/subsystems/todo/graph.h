#pragma once
// Paths in a graph of items. Pure: the caller says how to go on from a node.

#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

namespace decapod::todo::graph {

using Node = std::int64_t;
using Neighbours = std::function<std::vector<Node>(Node)>;

// A shortest path from `from` to `to`, both included; empty if there is none. Visits each reachable node once.
std::vector<Node> find_path(Node from, Node to, Neighbours const& neighbours);

using Arc = std::pair<Node, Node>;

// Which of `added`, taken in their order, would close a circle in `present` (which has none) together with the arcs
// taken before: positions in `added`, rising. Linear when there is none.
std::vector<std::size_t> closing_arcs(std::span<Arc const> present, std::span<Arc const> added);

}  // namespace decapod::todo::graph
