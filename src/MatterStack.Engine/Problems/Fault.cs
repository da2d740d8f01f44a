using System.Diagnostics;
using System.Reflection;

namespace MatterStack.Engine.Problems;

/// <summary>Converts an unexpected exception into a coded problem with its class, its message and the first frame in MatterStack's own
/// code.</summary>
internal static class Fault
{
    private const int LongestMessage = 400;

    /// <param name="exception">The exception.</param>
    /// <param name="work">Failed work, as the subject of a sentence: "the report".</param>
    public static Problem Of(Exception exception, string work)
    {
        var inner = Innermost(exception);
        // A ProblemException was thrown on purpose, so its own problem is reported.
        return inner is ProblemException { Problems: [var known, ..] } ? known
            : Problem.Of(IsLackOfMeans(inner) ? FaultCodes.NoMeans : FaultCodes.Defect, $"{char.ToUpperInvariant(work[0])}{work[1..]} failed: {Words(inner)}");
    }

    /// <summary>Whether the system refused a thread or memory.</summary>
    public static bool IsLackOfMeans(Exception exception) => exception is OutOfMemoryException or ThreadStartException;

    /// <summary>The problem in one line, as the reason of an attempt's end.</summary>
    public static string Reason(Problem problem) => $"{problem.Code}: {problem.Text}";

    /// <summary>Full text of an exception, for developers.</summary>
    public static string Details(Exception exception, string work) => $"{work}: {exception}";

    private static string Words(Exception exception)
    {
        var message = exception.Message.ReplaceLineEndings(" ").Trim();
        return $"{exception.GetType().Name}: {(message.Length > LongestMessage ? message[..LongestMessage] + "…" : message).TrimEnd('.')}{Place(exception)}";
    }

    private static string Place(Exception exception)
    {
        var own = typeof(Fault).Assembly;
        var frame = new StackTrace(exception, fNeedFileInfo: true).GetFrames().FirstOrDefault(f => f.GetMethod()?.DeclaringType?.Assembly == own && f.GetMethod()!.DeclaringType != typeof(Background));
        return frame?.GetMethod() is not { } method ? "" : $" (in {method.DeclaringType!.Name}.{method.Name}{(frame.GetFileName() is { } file ? $", {Path.GetFileName(file)} line {frame.GetFileLineNumber()}" : "")})";
    }

    private static Exception Innermost(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [var only, ..] } => Innermost(only),
        TargetInvocationException { InnerException: { } inner } => Innermost(inner),
        TypeInitializationException { InnerException: { } inner } => Innermost(inner),
        _ => exception,
    };
}
