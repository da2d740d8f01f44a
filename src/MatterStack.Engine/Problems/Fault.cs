using System.Diagnostics;
using System.Reflection;

namespace MatterStack.Engine.Problems;

/// <summary>Converts an unexpected exception into a coded problem with its class, its message and the first frame in MatterStack's own
/// code.</summary>
internal static class Fault
{
    private const int MaxMessageLength = 400;

    /// <param name="exception">The exception.</param>
    /// <param name="work">Failed work, as the subject of a sentence: "the report".</param>
    public static Problem CreateProblem(Exception exception, string work)
    {
        var inner = FindInnermost(exception);
        // A ProblemException was thrown on purpose, so its own problem is reported.
        return inner is ProblemException { Problems: [var known, ..] }
            ? known
            : Problem.Create(
                IsOutOfResources(inner) ? FaultCodes.NoResources : FaultCodes.Defect,
                $"{char.ToUpperInvariant(work[0])}{work[1..]} failed: {DescribeException(inner)}"
            );
    }

    /// <summary>Whether the system refused a thread or memory.</summary>
    public static bool IsOutOfResources(Exception exception) => exception is OutOfMemoryException or ThreadStartException;

    /// <summary>The problem in one line, as the reason of an attempt's end.</summary>
    public static string FormatReason(Problem problem) => $"{problem.Code}: {problem.Text}";

    /// <summary>Full text of an exception, for developers.</summary>
    public static string FormatDetails(Exception exception, string work) => $"{work}: {exception}";

    private static string DescribeException(Exception exception)
    {
        var message = exception.Message.ReplaceLineEndings(" ").Trim();
        return $"{exception.GetType().Name}: "
            + $"{(message.Length > MaxMessageLength ? message[..MaxMessageLength] + "…" : message).TrimEnd('.')}{DescribeFrame(exception)}";
    }

    private static string DescribeFrame(Exception exception)
    {
        var own = typeof(Fault).Assembly;
        var frame = new StackTrace(exception, fNeedFileInfo: true)
            .GetFrames()
            .FirstOrDefault(f => f.GetMethod()?.DeclaringType?.Assembly == own && f.GetMethod()!.DeclaringType != typeof(Background));
        return frame?.GetMethod() is not { } method
            ? ""
            : $" (in {method.DeclaringType!.Name}.{method.Name}"
                + $"{(frame.GetFileName() is { } file ? $", {Path.GetFileName(file)} line {frame.GetFileLineNumber()}" : "")})";
    }

    private static Exception FindInnermost(Exception exception) =>
        exception switch
        {
            AggregateException { InnerExceptions: [var only, ..] } => FindInnermost(only),
            TargetInvocationException { InnerException: { } inner } => FindInnermost(inner),
            TypeInitializationException { InnerException: { } inner } => FindInnermost(inner),
            _ => exception,
        };
}
