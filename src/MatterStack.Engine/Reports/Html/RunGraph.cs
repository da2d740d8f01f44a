using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Lifecycle.Model;
using MatterStack.Engine.Runs.Store;

namespace MatterStack.Engine.Reports.Html;

/// <summary>The workflow as a graph of at most 40 nodes: single tasks, or groups of tasks if there are too many.</summary>
internal sealed class RunGraph
{
    private const int MaxNodes = 40;
    private static readonly SearchValues<char> Separators = SearchValues.Create("_.-0123456789");
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<TaskId, int> _nodeByTask = [];
    private readonly Dictionary<(int From, int To), int> _edges = [];

    public RunGraph(IRunRecords run)
    {
        var tasks = run.ReadTasks().Select(t => new TaskVertex(t)).ToList();
        var byId = tasks.ToDictionary(t => t.Row.TaskId);
        var edges = run.ReadDependencies().Select(d => (From: byId[d.DependsOn], To: byId[d.Task])).ToList();
        AssignLayers(tasks, edges);
        GroupTasks(tasks);
        foreach (
            var edge in edges.Select(e => (_nodeByTask[e.From.Row.TaskId], _nodeByTask[e.To.Row.TaskId])).Where(e => e.Item1 != e.Item2)
        )
        {
            _edges[edge] = _edges.GetValueOrDefault(edge) + 1;
        }
    }

    /// <summary>Number of the node that contains a task.</summary>
    public int GetNodeNumber(TaskId task) => _nodeByTask[task];

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("graph");
        json.WriteStartArray("nodes");
        foreach (var node in _nodes)
        {
            json.WriteStartObject();
            json.WriteString("label", node.Label);
            json.WriteNumber("layer", node.Layer);
            json.WriteNumber("count", node.Count);
            json.WriteStartObject("states");
            foreach (var (state, count) in node.States)
            {
                json.WriteNumber(state, count);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("edges");
        foreach (var ((from, to), count) in _edges.OrderBy(e => e.Key))
        {
            json.WriteStartArray();
            json.WriteNumberValue(from);
            json.WriteNumberValue(to);
            json.WriteNumberValue(count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // The layer of a task is the length of the longest path to it. An iteration starts after the last layer of the iteration before.
    private static void AssignLayers(List<TaskVertex> tasks, List<(TaskVertex From, TaskVertex To)> edges)
    {
        foreach (var (from, to) in edges)
        {
            from.Dependents.Add(to);
            to.OpenDependencies++;
        }

        var begin = 0;
        foreach (var iteration in tasks.GroupBy(t => t.Row.Iteration).OrderBy(g => g.Key))
        {
            var deepest = begin - 1;
            var ready = new Queue<TaskVertex>(iteration.Where(t => t.OpenDependencies == 0));
            while (ready.TryDequeue(out var task))
            {
                task.Layer = Math.Max(task.Layer, begin);
                deepest = Math.Max(deepest, task.Layer);
                foreach (var next in task.Dependents)
                {
                    next.Layer = Math.Max(next.Layer, task.Layer + 1);
                    if (--next.OpenDependencies == 0 && next.Row.Iteration == iteration.Key)
                    {
                        ready.Enqueue(next);
                    }
                }
            }

            begin = deepest + 1;
        }
    }

    // Takes the first grouping that gives few enough nodes: single tasks, tasks with the same name stem in a layer, whole layers, several
    // layers.
    private void GroupTasks(List<TaskVertex> tasks)
    {
        var layers = tasks.Count == 0 ? 0 : tasks.Max(t => t.Layer) + 1;
        var bundle = Math.Max(1, (layers + MaxNodes - 1) / MaxNodes);
        Func<TaskVertex, (int Layer, string Label)>[] ways =
        [
            t => (t.Layer, t.Row.TaskId.Value),
            t => (t.Layer, GetNameStem(t.Row.TaskId.Value)),
            t => (t.Layer / bundle, FormatLayerName(t.Layer / bundle, bundle, layers)),
        ];
        var way = ways.FirstOrDefault(way => tasks.DistinctBy(way).Count() <= MaxNodes) ?? ways[^1];
        foreach (var group in tasks.GroupBy(way).OrderBy(g => g.Key.Layer))
        {
            var states = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach (var task in group)
            {
                states[task.Row.State.ToText()] = states.GetValueOrDefault(task.Row.State.ToText()) + 1;
                _nodeByTask[task.Row.TaskId] = _nodes.Count;
            }

            _nodes.Add(new Node(group.Key.Label, group.Key.Layer, group.Count(), states));
        }
    }

    private static string GetNameStem(string id)
    {
        var end = id.AsSpan().IndexOfAny(Separators);
        return end > 0 ? id[..end] : id;
    }

    private static string FormatLayerName(int number, int bundle, int layers) =>
        bundle == 1
            ? string.Create(CultureInfo.InvariantCulture, $"layer {number + 1}")
            : string.Create(CultureInfo.InvariantCulture, $"layers {number * bundle + 1} to {Math.Min(layers, (number + 1) * bundle)}");

    private sealed record Node(string Label, int Layer, int Count, SortedDictionary<string, int> States);

    private sealed class TaskVertex(TaskRow row)
    {
        public TaskRow Row => row;

        public List<TaskVertex> Dependents { get; } = [];

        public int OpenDependencies { get; set; }

        public int Layer { get; set; }
    }
}
