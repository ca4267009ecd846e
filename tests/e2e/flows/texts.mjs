// Texts that the flows mark up; written for these tests.

export const ARTICLE = `Officials dispute the cause of the 🚨 blackout in Golan Heights

The mayor of Majdal Shams, Salim Awad, said on Tuesday that the power cut had left “more than 9,000 homes” in the dark. A spokesman for the grid company denied the figure and said that fewer than 4,000 homes were hit.

The strike, he said, killed nine people near the U.S. consulate in Haifa. Police in Haifa called that report false.

“We counted every house,” Awad said. The Ministry of Energy in Jerusalem, citing two unnamed officials, said the mayor was wrong.
`;

export const ARABIC = `انقطاع الكهرباء في مرتفعات الجولان

قال رئيس بلدية مجدل شمس، سليم عوض، يوم الثلاثاء إن انقطاع التيار ترك أكثر من ٩٠٠٠ منزل في الظلام. ونفى متحدث باسم شركة الكهرباء هذا الرقم.

وقالت الشرطة في حيفا إن التقرير غير صحيح، وأضافت (Haifa) أن التحقيق مستمر.
`;
