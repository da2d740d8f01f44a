namespace MatterStack.Engine.Problems;

/// <summary>Collects unexpected exceptions from any thread until the command reports them.</summary>
internal sealed class FaultLog
{
    // More entries of the same kind add no information.
    private const int MaxEntries = 20;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _warnedTexts = new(StringComparer.Ordinal);
    private readonly List<Problem> _warnings = [];
    private readonly List<string> _details = [];

    /// <summary>Records an exception that ends or blocks an attempt.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="work">Failed work, as the subject of a sentence.</param>
    public Problem RecordFault(Exception exception, string work)
    {
        var problem = Fault.CreateProblem(exception, work);
        lock (_lock)
        {
            if (_details.Count < MaxEntries)
            {
                _details.Add(Fault.FormatDetails(exception, work));
            }
        }

        return problem;
    }

    /// <summary>Records an exception that concerns no attempt as a warning; repeated texts are recorded once.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="work">Failed work, as the subject of a sentence.</param>
    public void RecordWarning(Exception exception, string work) => RecordWarning(RecordFault(exception, work));

    /// <summary>Records a warning; repeated texts are recorded once.</summary>
    public void RecordWarning(Problem problem)
    {
        lock (_lock)
        {
            if (_warnedTexts.Count < MaxEntries && _warnedTexts.Add(problem.Text))
            {
                _warnings.Add(problem.AsWarning());
            }
        }
    }

    /// <summary>Removes and returns the warnings that were recorded since the last call.</summary>
    public IReadOnlyList<Problem> DrainWarnings() => DrainList(_warnings);

    /// <summary>Removes and returns the full texts of the exceptions that were recorded since the last call.</summary>
    public IReadOnlyList<string> DrainDetails() => DrainList(_details);

    private T[] DrainList<T>(List<T> noted)
    {
        lock (_lock)
        {
            if (noted.Count == 0)
            {
                return [];
            }

            var taken = noted.ToArray();
            noted.Clear();
            return taken;
        }
    }
}
