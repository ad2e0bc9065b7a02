#include "graph.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <unordered_set>

namespace decapod::todo::graph {
namespace {

using Adjacency = std::unordered_map<Node, std::vector<Node>>;

Adjacency adjacency(std::span<Arc const> arcs) {
  Adjacency out;
  for (auto const& [from, to] : arcs) out[from].push_back(to);
  return out;
}

std::vector<Node> path_back(std::unordered_map<Node, Node> const& came_from, Node from, Node to) {
  std::vector<Node> path{to};
  while (path.back() != from) path.push_back(came_from.at(path.back()));
  std::ranges::reverse(path);
  return path;
}

// Nodes that lie on a circle, or between circles: what is left when every node without a way in, and every node without
// a way out, has been taken away again and again.
std::unordered_set<Node> tangled(std::span<Arc const> arcs) {
  std::unordered_map<Node, int> ways_in;
  for (auto const& [from, to] : arcs) {
    ways_in.try_emplace(from, 0);
    ++ways_in[to];
  }
  auto const out = adjacency(arcs);
  std::deque<Node> free;
  for (auto const& [node, count] : ways_in) {
    if (count == 0) free.push_back(node);
  }
  std::unordered_set<Node> left;
  for (auto const& entry : ways_in) left.insert(entry.first);
  while (!free.empty()) {
    auto const node = free.front();
    free.pop_front();
    left.erase(node);
    auto const next = out.find(node);
    if (next == out.end()) continue;
    for (auto const to : next->second) {
      if (--ways_in[to] == 0) free.push_back(to);
    }
  }
  return left;
}

}  // namespace

std::vector<Node> find_path(Node from, Node to, Neighbours const& neighbours) {
  if (from == to) return {from};
  std::unordered_map<Node, Node> came_from{{from, from}};
  std::deque<Node> waiting{from};
  while (!waiting.empty()) {
    auto const node = waiting.front();
    waiting.pop_front();
    for (auto const next : neighbours(node)) {
      if (!came_from.try_emplace(next, node).second) continue;
      if (next == to) return path_back(came_from, from, to);
      waiting.push_back(next);
    }
  }
  return {};
}

std::vector<std::size_t> closing_arcs(std::span<Arc const> present, std::span<Arc const> added) {
  std::vector<Arc> all(present.begin(), present.end());
  all.insert(all.end(), added.begin(), added.end());
  auto const knot = tangled(all);
  if (knot.empty()) return {};

  // Only arcs inside the knot can close a circle: the rest of the graph is not searched.
  auto const inside = [&](Arc const& arc) { return knot.contains(arc.first) && knot.contains(arc.second); };
  Adjacency out;
  for (auto const& arc : present) {
    if (inside(arc)) out[arc.first].push_back(arc.second);
  }
  auto const neighbours = [&](Node node) {
    auto const found = out.find(node);
    return found == out.end() ? std::vector<Node>{} : found->second;
  };
  std::vector<std::size_t> closing;
  for (std::size_t at = 0; at < added.size(); ++at) {
    if (!inside(added[at])) continue;
    if (find_path(added[at].second, added[at].first, neighbours).empty())
      out[added[at].first].push_back(added[at].second);
    else
      closing.push_back(at);
  }
  return closing;
}

}  // namespace decapod::todo::graph
