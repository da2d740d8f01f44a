using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Campaigns;

/// <summary>Finds tasks that are alike: the same operator key, the same shape, as many steps before them, and the same command after
/// numbers and the parts of the task's own id are left out.</summary>
internal static class TaskPattern
{
    private const char Placeholder = '*';
    private const ulong HashStart = 14695981039346656037;
    private const ulong HashFactor = 1099511628211;

    /// <summary>Computes a number for each task that is equal for tasks that are alike. Null stands for a task that is like no other,
    /// because it has no command.</summary>
    /// <param name="tasks">Tasks that are planned together. Steps before a task count among them only.</param>
    public static IReadOnlyList<long?> ComputePatterns(IReadOnlyList<PlannedTask> tasks)
    {
        var depths = MeasureDepths(tasks);
        var patterns = new long?[tasks.Count];
        for (var i = 0; i < patterns.Length; i++)
        {
            patterns[i] = ComputePattern(tasks[i].Task, depths?[i] ?? 0);
        }

        return patterns;
    }

    /// <summary>Returns the command of a task with <c>*</c> in place of numbers and parts of the task's id.</summary>
    /// <remarks>Letters beside each other are a part of an id or a word of a command; case does not count. Placeholders that follow each
    /// other, or are joined by <c>_</c>, <c>-</c>, <c>.</c> or <c>+</c>, become one.</remarks>
    public static string FormatPattern(string id, string command)
    {
        var text = new System.Text.StringBuilder(command.Length);
        var parts = SplitLetters(id);
        var at = 0;
        while (at < command.Length)
        {
            var end = SkipNumber(command, at);
            var isValue = end > at;
            if (!isValue)
            {
                end = SkipLetters(command, at);
                isValue = end > at && parts.Exists(part => command.AsSpan(at, end - at).Equals(part, StringComparison.OrdinalIgnoreCase));
            }

            if (isValue)
            {
                AppendPlaceholder(text);
            }
            else
            {
                end = Math.Max(end, at + 1);
                text.Append(command, at, end - at);
            }

            at = end;
        }

        return text.ToString();
    }

    private static long? ComputePattern(CampaignTask task, int depth)
    {
        if (task.Command.Length == 0)
        {
            return null;
        }

        var (hash, shape) = (HashStart, task.Shape);
        Add(ref hash, task.OperatorKey.Value);
        Add(ref hash, FormattableString.Invariant($"{shape.Nodes} {shape.Ranks} {shape.Cores} {shape.MemoryGb}"));
        Add(ref hash, FormattableString.Invariant($"{shape.Gpus} {shape.GpuType}"));
        Add(ref hash, depth.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Add(ref hash, FormatPattern(task.Id.Value, task.Command));
        return unchecked((long)hash);
    }

    // Null if there is no dependency.
    private static int[]? MeasureDepths(IReadOnlyList<PlannedTask> tasks)
    {
        if (!tasks.Any(static planned => planned.Task.DependsOn.Count > 0))
        {
            return null;
        }

        var positions = new Dictionary<TaskId, int>(tasks.Count);
        for (var i = 0; i < tasks.Count; i++)
        {
            positions[tasks[i].Task.Id] = i;
        }

        var (open, depths) = (new int[tasks.Count], new int[tasks.Count]);
        var dependents = new List<int>?[tasks.Count];
        var ready = new Stack<int>();
        for (var i = 0; i < tasks.Count; i++)
        {
            foreach (var dependency in tasks[i].Task.DependsOn)
            {
                if (positions.TryGetValue(dependency, out var position))
                {
                    (dependents[position] ??= []).Add(i);
                    open[i]++;
                }
            }

            if (open[i] == 0)
            {
                ready.Push(i);
            }
        }

        while (ready.TryPop(out var task))
        {
            foreach (var dependent in dependents[task] ?? [])
            {
                depths[dependent] = Math.Max(depths[dependent], depths[task] + 1);
                if (--open[dependent] == 0)
                {
                    ready.Push(dependent);
                }
            }
        }

        return depths;
    }

    private static List<string> SplitLetters(string id)
    {
        var parts = new List<string>();
        var at = 0;
        while (at < id.Length)
        {
            var end = SkipLetters(id, at);
            if (end > at)
            {
                parts.Add(id[at..end]);
            }

            at = Math.Max(end, at + 1);
        }

        return parts;
    }

    private static int SkipLetters(string text, int at)
    {
        while (at < text.Length && char.IsLetter(text[at]))
        {
            at++;
        }

        return at;
    }

    // Returns the start if no number begins there. A sign belongs to it where a word begins.
    private static int SkipNumber(string text, int start)
    {
        var at = start;
        if (text[at] is '-' or '+' && (at == 0 || char.IsWhiteSpace(text[at - 1]) || text[at - 1] is '=' or ',' or ':' or '(' or '['))
        {
            at++;
        }

        var digits = SkipDigits(text, at);
        if (digits == at)
        {
            return start;
        }

        if (digits + 1 < text.Length && text[digits] == '.' && char.IsAsciiDigit(text[digits + 1]))
        {
            digits = SkipDigits(text, digits + 1);
        }

        if (digits < text.Length && text[digits] is 'e' or 'E')
        {
            var exponent = digits + 1 < text.Length && text[digits + 1] is '-' or '+' ? digits + 2 : digits + 1;
            var end = SkipDigits(text, exponent);
            return end > exponent && (end == text.Length || !char.IsLetter(text[end])) ? end : digits;
        }

        return digits;
    }

    private static int SkipDigits(string text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at;
    }

    private static void AppendPlaceholder(System.Text.StringBuilder text)
    {
        if (text.Length > 1 && text[^1] is '_' or '-' or '.' or '+' && text[^2] == Placeholder)
        {
            text.Length--;
        }
        else if (text.Length == 0 || text[^1] != Placeholder)
        {
            text.Append(Placeholder);
        }
    }

    private static void Add(ref ulong hash, string text)
    {
        foreach (var character in text)
        {
            hash = unchecked((hash ^ character) * HashFactor);
        }

        // No text has this character, so that two texts are never taken for one.
        hash = unchecked((hash ^ '\0') * HashFactor);
    }
}
