using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Name that the engine gives to a submission to a queue. It is recorded as the external id until the id of the queue is
/// known.</summary>
internal static class SubmissionName
{
    /// <summary>Beginning of every name; no id of a queue begins with it.</summary>
    public const string Prefix = "ms-";

    public static string Create(AttemptId attempt) => Prefix + attempt;

    /// <summary>Whether an external id is such a name, so that the id of the queue is not known yet.</summary>
    public static bool IsName(string externalId) => externalId.StartsWith(Prefix, StringComparison.Ordinal);
}
