using System.Text;
using MatterStack.Engine.Reports.Figures;

namespace MatterStack.Engine.Tests.Evidence;

/// <summary>Series with axes and units out of the files that tasks leave, and what their authors are told.</summary>
[TestClass]
public sealed class FigureFileTests
{
    [TestMethod]
    [DataRow("volume (Å^3),energy [eV],\"fit, all\" [eV]\n16,-3.5,-3.4\n17, -3.6 ,\n", DisplayName = "comma")]
    [DataRow(
        "\ufeff# title: Cu\r\nvolume (Å^3);energy [eV];fit, all [eV]\r\n16;-3.5;-3.4\r\n\r\n17;-3.6;NaN\r\n",
        DisplayName = "semicolon, heading mark, carriage returns"
    )]
    [DataRow("# a remark\nvolume (Å^3)\tenergy [eV]\tfit, all [eV]\n# another\n16\t-3.5\t-3.4\n17\t-36e-1\t\n", DisplayName = "tab")]
    public void A_table_has_its_axes_and_units_in_the_heading(string text)
    {
        var figure = Read("out/eos.csv", text).Single();

        Assert.AreEqual("volume (Å^3)", figure.X.DisplayText);
        Assert.AreEqual("energy, fit, all (eV)", figure.Y.DisplayText);
        CollectionAssert.AreEqual((string[])["energy", "fit, all"], figure.Series.Select(s => s.Name).ToArray());
        CollectionAssert.AreEqual((double?[])[16, 17], figure.Series[0].X.ToArray());
        CollectionAssert.AreEqual((double?[])[-3.5, -3.6], figure.Series[0].Y.ToArray());
        CollectionAssert.AreEqual((double?[])[-3.4, null], figure.Series[1].Y.ToArray());
        Assert.AreEqual(text.Contains("title:", StringComparison.Ordinal) ? "Cu" : "eos", figure.Title);
    }

    [TestMethod]
    public void Columns_of_another_unit_are_a_figure_of_their_own()
    {
        var figures = Read("t.csv", "time (s),force (N),path (mm),moment (N m),load (N)\n0,1,2,3,4\n");

        CollectionAssert.AreEqual(
            (string[])["force, load (N)", "path (mm)", "moment (N m)"],
            figures.Select(f => f.Y.DisplayText).ToArray()
        );
        Assert.IsTrue(figures.All(f => f.X == new FigureAxis("time", "s")));
    }

    [TestMethod]
    public void A_json_figure_says_what_a_table_cannot()
    {
        var figure = Read(
                "f.JSON",
                """
                {"title": "Convergence", "x": {"label": "round"}, "y": {"label": "gain", "unit": "1", "scale": "log"}, "more": true,
                 "series": [{"name": "best", "x": [1, 2], "y": [0.1, null], "error": [0.01, null], "text": ["a", null], "mode": "markers"}, {"x": [1, 2], "y": [5, 6]}]}
                """
            )
            .Single();

        Assert.AreEqual("Convergence", figure.Title);
        Assert.AreEqual(new FigureAxis("round", null), figure.X);
        Assert.AreEqual(new FigureAxis("gain", "1", IsLogarithmic: true), figure.Y);
        Assert.AreEqual("markers", figure.Series[0].Mode);
        CollectionAssert.AreEqual((double?[])[0.01, null], figure.Series[0].Error!.ToArray());
        CollectionAssert.AreEqual((string?[])["a", null], figure.Series[0].Text!.ToArray());
        Assert.AreEqual("series 2", figure.Series[1].Name);
        Assert.IsNull(figure.Series[1].Mode);
    }

    [TestMethod]
    [DataRow("a.csv", "", "it has no rows")]
    [DataRow("a.csv", "x (s),y\n", "it has no rows")]
    [DataRow("a.csv", "only\n1\n", "fewer than two columns")]
    [DataRow("a.csv", "1,2\n3,4\n", "not a heading")]
    [DataRow("a.csv", "x,y\n1,2\n\n3\n", "line 4 has 1 column, the heading 2")]
    [DataRow("a.csv", "x,y\n1,2\n3,abc\n", "line 3: 'abc' in column 'y' is not a number")]
    [DataRow("a.csv", "x,y\n1,inf\n", "line 2: 'inf' in column 'y' is not a number")]
    [DataRow("a.json", "{", "it is not JSON")]
    [DataRow("a.json", "[]", "not a JSON object")]
    [DataRow("a.json", "{\"series\": []}", "'series' must be")]
    [DataRow("a.json", "{\"series\": [1]}", "'x' must be an object")]
    [DataRow("a.json", "{\"x\": {\"unit\": \"s\"}, \"series\": [1]}", "'x.label' is missing")]
    [DataRow("a.json", "{\"x\": {\"label\": 1}, \"series\": [1]}", "'x.label' must be a text")]
    [DataRow("a.json", "{\"x\": {\"label\": \"x\", \"scale\": \"sqrt\"}, \"series\": [1]}", "'x.scale' must be linear or log")]
    [DataRow("a.json", "{\"x\": {\"label\": \"x\"}, \"y\": {\"label\": \"y\"}, \"series\": [1]}", "'series[0]' must be an object")]
    [DataRow("a.json", "{\"x\": {\"label\": \"x\"}, \"y\": {\"label\": \"y\"}, \"series\": [{\"x\": [1]}]}", "'series[0].y' is missing")]
    [DataRow(
        "a.json",
        "{\"x\": {\"label\": \"x\"}, \"y\": {\"label\": \"y\"}, \"series\": [{\"x\": [1], \"y\": [1, 2]}]}",
        "'series[0].y' has 2 entries, 'series[0].x' 1"
    )]
    [DataRow(
        "a.json",
        "{\"x\": {\"label\": \"x\"}, \"y\": {\"label\": \"y\"}, \"series\": [{\"x\": [\"1\"], \"y\": [1]}]}",
        "'series[0].x[0]' is not one of numbers or null"
    )]
    [DataRow(
        "a.json",
        "{\"x\": {\"label\": \"x\"}, \"y\": {\"label\": \"y\"}, \"series\": [{\"x\": [1e400], \"y\": [1]}]}",
        "column 62: the number 1e400 is out of range"
    )]
    [DataRow(
        "a.json",
        "{\"x\": {\"label\": \"x\"}, \"y\": {\"label\": \"y\"}, \"series\": [{\"x\": [1], \"y\": [1], \"mode\": \"bars\"}]}",
        "'series[0].mode' must be one of"
    )]
    public void What_is_no_figure_is_reported_with_its_place(string path, string text, string said)
    {
        var told = Assert.ThrowsExactly<FormatException>(() => Read(path, text)).Message;
        StringAssert.Contains(told, said);
    }

    [TestMethod]
    public void What_is_not_UTF8_and_what_has_too_many_series_is_refused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => FigureFile.Read("a.csv", [0x78, 0x2c, 0xff])).Message, "UTF-8");
        var wide = string.Join(',', Enumerable.Range(0, 52).Select(i => "c" + i));
        StringAssert.Contains(
            Assert.ThrowsExactly<FormatException>(() => Read("a.csv", wide + "\n" + string.Join(',', Enumerable.Range(0, 52)))).Message,
            "more than 50 series"
        );
    }

    [TestMethod]
    public void Of_many_points_some_are_drawn_with_the_first_and_the_last()
    {
        var text = "x,y\n" + string.Join('\n', Enumerable.Range(0, 100_001).Select(i => $"{i},{i}"));

        var series = Read("a.csv", text).Single().Series.Single();

        Assert.IsLessThanOrEqualTo(FigureFile.MaxPoints + 1, series.X.Count);
        Assert.AreEqual(0, series.X[0]);
        Assert.AreEqual(100_000, series.X[^1]);
        CollectionAssert.AreEqual(series.X.ToArray(), series.Y.ToArray());
        Assert.AreEqual(100_001, series.TotalPoints);
    }

    private static IReadOnlyList<Figure> Read(string path, string text) => FigureFile.Read(path, Encoding.UTF8.GetBytes(text));
}
