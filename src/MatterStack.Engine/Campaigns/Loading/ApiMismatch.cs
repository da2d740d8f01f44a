namespace MatterStack.Engine.Campaigns.Loading;

/// <summary>Recognises an exception of a program that was built for another version of MatterStack.</summary>
internal static class ApiMismatch
{
    /// <summary>What to do about an operator of a campaign. Its class comes from the last build of the project.</summary>
    public const string OperatorRemedy =
        "A type or member is missing: the class was built for another version of MatterStack or of a library. Build the campaign again, "
        + "and correct what the compiler reports.";

    /// <summary>What to do about a campaign class. A run keeps its program.</summary>
    public const string CampaignRemedy =
        "A type or member is missing: the program was built for another version of MatterStack or of a library. Build the campaign again, "
        + "and start a run of the new program with -t:Loop -p:NewRun=true; cached results are not computed again. "
        + "Or continue this run with the version of MatterStack that created it.";

    /// <summary>Whether an exception, or an inner one, reports a missing type or member of a .NET assembly.</summary>
    public static bool IsCause(Exception thrown)
    {
        for (var e = thrown; e is not null; e = e.InnerException)
        {
            // The excluded types are about native libraries.
            if (e is MissingMemberException || (e is TypeLoadException && e is not (DllNotFoundException or EntryPointNotFoundException)))
            {
                return true;
            }
        }

        return false;
    }
}
