namespace MatterStack.Engine.Problems;

/// <summary>Collects unexpected exceptions from any thread until the command reports them.</summary>
internal sealed class FaultLog
{
    // More entries of the same kind add no information.
    private const int Most = 20;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);
    private readonly List<Problem> _warnings = [];
    private readonly List<string> _details = [];

    /// <summary>Records an exception that ends or blocks an attempt.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="work">Failed work, as the subject of a sentence.</param>
    public Problem Note(Exception exception, string work)
    {
        var problem = Fault.Of(exception, work);
        lock (_gate)
        {
            if (_details.Count < Most)
            {
                _details.Add(Fault.Details(exception, work));
            }
        }

        return problem;
    }

    /// <summary>Records an exception that concerns no attempt as a warning; repeated texts are recorded once.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="work">Failed work, as the subject of a sentence.</param>
    public void Warn(Exception exception, string work) => Warn(Note(exception, work));

    /// <summary>Records a warning; repeated texts are recorded once.</summary>
    public void Warn(Problem problem)
    {
        lock (_gate)
        {
            if (_told.Count < Most && _told.Add(problem.Text))
            {
                _warnings.Add(problem.AsWarning());
            }
        }
    }

    /// <summary>Removes and returns the warnings that were recorded since the last call.</summary>
    public IReadOnlyList<Problem> TakeWarnings() => Take(_warnings);

    /// <summary>Removes and returns the full texts of the exceptions that were recorded since the last call.</summary>
    public IReadOnlyList<string> TakeDetails() => Take(_details);

    private T[] Take<T>(List<T> noted)
    {
        lock (_gate)
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
