using System.Globalization;
using System.Text;
using MatterStack.Engine.Transports;

namespace MatterStack.Engine.Operators.ManualHpc;

/// <summary>Writes <c>job_template.sh</c>: the command and what it asks for, for a scheduler that is not known.</summary>
internal static class JobTemplate
{
    public const string FileName = "job_template.sh";

    public static string Write(AttemptOrder order)
    {
        var task = order.Task;
        var text = new StringBuilder("#!/bin/sh\n");
        foreach (var line in new[]
        {
            $"run      {order.Run}", $"task     {task.Id}", $"attempt  {order.Attempt} (number {order.Index})", $"operator {task.OperatorKey}", $"wiring   {order.Wiring}",
            string.Create(CultureInfo.InvariantCulture, $"asks for {task.Cores} cores{(task.MemoryGb is { } memory ? $", {memory} GiB" : "")}{(task.Gpus > 0 ? $", {task.Gpus} GPUs" : "")}{(task.TimeLimitMinutes is { } minutes ? $", {minutes} minutes" : "")}"),
            "Directives of the scheduler go here. Run it in the folder that holds work/.",
        })
        {
            text.Append(ShellText.Comment(line)).Append('\n');
        }

        text.Append("cd ./work || exit 126\n");
        foreach (var (variable, value) in new (string, string)[]
        {
            ("MATTERSTACK_RUN_ID", order.Run.Value), ("MATTERSTACK_TASK_ID", task.Id.Value), ("MATTERSTACK_ATTEMPT_ID", order.Attempt.Value),
            ("MATTERSTACK_ATTEMPT_INDEX", order.Index.ToString(CultureInfo.InvariantCulture)), ("MATTERSTACK_CORES", task.Cores.ToString(CultureInfo.InvariantCulture)),
        }.Concat(task.Env.Select(e => (e.Key, e.Value))))
        {
            text.Append("export ").Append(variable).Append('=').Append(ShellText.Quote(value)).Append('\n');
        }

        return text.Append(task.Command.Replace("\r\n", "\n", StringComparison.Ordinal)).Append('\n').ToString();
    }
}
